// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.MMapDirectory;

/**
 * A small full-text search over a memory-mapped index, always the same.
 *
 *   LuceneSearch build DIR DOCS        an index of DOCS documents of about 100 words with their stored text
 *   LuceneSearch search DIR QUERIES    term queries and conjunctions; the text of the ten best hits is fetched
 */
public final class LuceneSearch {
    private static final int VOCABULARY = 60_000;
    private static final String CONSONANTS = "bcdfghjklmnpqrstvwxz";
    private static final String VOWELS = "aeiouy";

    public static void main(String[] args) throws IOException {
        Path dir = Path.of(args[1]);
        int n = Integer.parseInt(args[2]);
        if (args[0].equals("build")) {
            build(dir, n);
        } else {
            System.out.println(search(dir, n));
        }
    }

    private static void build(Path dir, int docs) throws IOException {
        Random random = new Random(40);
        try (MMapDirectory directory = new MMapDirectory(dir);
                IndexWriter writer = new IndexWriter(
                        directory, new IndexWriterConfig(new StandardAnalyzer()).setRAMBufferSizeMB(256))) {
            for (int i = 0; i < docs; i++) {
                StringBuilder text = new StringBuilder();
                int words = 60 + random.nextInt(80);
                for (int w = 0; w < words; w++) {
                    text.append(word(rank(random))).append(' ');
                }
                Document doc = new Document();
                doc.add(new TextField("text", text.toString(), Field.Store.YES));
                doc.add(new NumericDocValuesField("price", random.nextInt(1_000_000)));
                doc.add(new StoredField("payload", noise(random)));
                writer.addDocument(doc);
            }
            writer.forceMerge(1);
        }
    }

    /** What does not compress, such as an image's thumbnail. */
    private static byte[] noise(Random random) {
        byte[] bytes = new byte[400 + random.nextInt(400)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static long search(Path dir, int queries) throws IOException {
        Random random = new Random(41);
        long sum = 0;
        try (MMapDirectory directory = new MMapDirectory(dir);
                DirectoryReader reader = DirectoryReader.open(directory)) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setQueryCache(null);
            for (int i = 0; i < queries; i++) {
                Query query = term(random);
                if (i % 3 == 0) {
                    query = new BooleanQuery.Builder()
                            .add(term(random), Occur.MUST)
                            .add(new TermQuery(new Term("text", word(random.nextInt(100)))), Occur.MUST)
                            .build();
                }
                for (ScoreDoc hit : searcher.search(query, 10).scoreDocs) {
                    sum += reader.storedFields().document(hit.doc).get("text").length();
                }
            }
        }
        return sum;
    }

    private static Query term(Random random) {
        return new TermQuery(new Term("text", word(100 + random.nextInt(VOCABULARY - 100))));
    }

    /** Few words are frequent, most are rare. */
    private static int rank(Random random) {
        return (int) Math.min(VOCABULARY - 1, StrictMath.pow(VOCABULARY, random.nextDouble()) - 1);
    }

    private static String word(int rank) {
        StringBuilder word = new StringBuilder();
        int n = rank + 120;
        while (n > 0) {
            word.append(CONSONANTS.charAt(n % 20)).append(VOWELS.charAt(n / 20 % 6));
            n /= 120;
        }
        return word.toString();
    }

    private LuceneSearch() {}
}
