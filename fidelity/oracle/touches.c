/*
 * The workload of a proof: performs a touch script inside the guest and tells which touches took a major fault and which
 * pages are present at the end. docs/prove.md describes the script.
 *
 *     touches SCRIPT LOG < commands > answers
 *
 * It answers "ready", waits for a line, performs the script, answers with one line of figures, waits for another line, and
 * ends. LOG is a file of at least one bit per measured touch that was made outside of the control group, so that the bits are
 * not charged to it; the MISS and RES lines go to /dev/ttyS1 once everything is over.
 *
 * Its own pages are locked: the generations of its control group hold pages of the script and nothing else.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096ull
#define BASE 0x10000000000ull /* page 0 of a script */
#define FILES 1024

enum { LOAD, STORE, RUN, OPERATION };
enum { DO_ANON = 1, DO_SHMEM, DO_FILE_SHARED, DO_FILE_PRIVATE, DO_UNMAP, DO_ADVISE, DO_MEASURE };

static uint32_t words[1 << 14];
static size_t have, at;
static int script, log_fd, console;
static short file_fd[FILES];
static uint64_t window; /* pages that the script has mapped, counted from 0 */
static uint64_t touched, measured;
static int measuring;
static uint8_t bits[128];
static long seen, faults_before;
static long pre_major, pre_minor, begin_minor, begin_major;
static double started, measure_started;
static volatile uint8_t sink;

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static long major(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return r.ru_majflt;
}

static long minor(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return r.ru_minflt;
}

/* The next word of the script; 0 at its end. */
static int next(uint32_t *word)
{
	if (at == have) {
		ssize_t n = read(script, words, sizeof words);

		have = n > 0 ? (size_t)n / 4 : 0;
		at = 0;
		if (!have)
			return 0;
	}
	*word = words[at++];
	return 1;
}

static uint32_t argument(void)
{
	uint32_t word = 0;

	next(&word);
	return word;
}

static void flush_bits(void)
{
	if (measured % 1024)
		pwrite(log_fd, bits, (measured % 1024 + 7) / 8, measured / 1024 * 128);
}

/* Reading the counters enters the kernel, which empties the TLB: so each touch sets accessed bits anew. */
static void record(void)
{
	long now = major();

	if (now != seen)
		bits[measured % 1024 / 8] |= 1 << measured % 8;
	seen = now;
	if (++measured % 1024 == 0) {
		pwrite(log_fd, bits, sizeof bits, (measured - 1024) / 8);
		memset(bits, 0, sizeof bits);
	}
}

static void touch(uint64_t page, int store)
{
	volatile uint8_t *p = (uint8_t *)(BASE + page * PAGE);

	if (store)
		*p = (uint8_t)page | 1; /* a page of zeros would be swapped without being written */
	else
		sink = *p;
	touched++;
	if (measuring)
		record();
}

static int file_of(unsigned number)
{
	char path[32];

	if (number >= FILES)
		return -1;
	if (!file_fd[number]) {
		snprintf(path, sizeof path, "/mnt/f%u", number);
		file_fd[number] = open(path, O_RDWR);
	}
	return file_fd[number];
}

static int map(unsigned operation)
{
	uint64_t page = argument(), pages = argument();
	void *where = (void *)(BASE + page * PAGE), *got;
	int flags = MAP_FIXED | (operation == DO_ANON || operation == DO_FILE_PRIVATE ? MAP_PRIVATE : MAP_SHARED);

	if (page + pages > window)
		window = page + pages;
	if (operation == DO_ANON || operation == DO_SHMEM) {
		got = mmap(where, pages * PAGE, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
	} else {
		unsigned file = argument();
		uint64_t offset = argument();

		got = mmap(where, pages * PAGE, PROT_READ | PROT_WRITE, flags, file_of(file), offset * PAGE);
	}
	return got != where;
}

static int operate(unsigned operation)
{
	uint64_t page, pages;

	switch (operation) {
	case DO_ANON:
	case DO_SHMEM:
	case DO_FILE_SHARED:
	case DO_FILE_PRIVATE:
		return map(operation);
	case DO_UNMAP:
		page = argument();
		pages = argument();
		return munmap((void *)(BASE + page * PAGE), pages * PAGE);
	case DO_ADVISE:
		page = argument();
		pages = argument();
		madvise((void *)(BASE + page * PAGE), pages * PAGE, argument()); /* a refusal is an answer too */
		return 0;
	case DO_MEASURE:
		measure_started = seconds();
		pre_major = major() - faults_before;
		pre_minor = minor() - begin_minor;
		begin_major = seen = major();
		begin_minor = minor();
		touched = 0;
		measuring = 1;
		return 0;
	default:
		return 1;
	}
}

/* 0, or the number of the operation that could not be carried out. */
static unsigned perform(void)
{
	uint32_t word, run = 1;

	while (next(&word)) {
		uint32_t kind = word >> 30, value = word & 0x3fffffff;

		if (kind == OPERATION) {
			if (operate(value))
				return value;
		} else if (kind == RUN) {
			run = value;
		} else {
			for (uint32_t i = 0; i < run; i++)
				touch((uint64_t)value + i, kind == STORE);
			run = 1;
		}
	}
	flush_bits();
	return 0;
}

/* "TAG firstbit hex": 128 bytes a line, lines of zeros left out except the first and the last. */
static void hex_line(const char *tag, uint64_t first, const uint8_t *b, int n, int always)
{
	static const char digit[] = "0123456789abcdef";
	static char line[320];
	int length, any = 0;

	for (int i = 0; i < n; i++)
		any |= b[i];
	if (!any && !always)
		return;
	length = sprintf(line, "%s %llu ", tag, (unsigned long long)first);
	for (int i = 0; i < n; i++) {
		line[length++] = digit[b[i] >> 4];
		line[length++] = digit[b[i] & 15];
	}
	line[length++] = '\n';
	write(console, line, length);
}

static void tell_misses(void)
{
	uint64_t bytes = (measured + 7) / 8;

	for (uint64_t o = 0; o < bytes; o += 128) {
		int n = bytes - o < 128 ? bytes - o : 128;

		pread(log_fd, bits, n, o);
		hex_line("MISS", o * 8, bits, n, o == 0 || o + 128 >= bytes);
	}
}

static void tell_present(void)
{
	static uint64_t entries[1024];
	int fd = open("/proc/self/pagemap", O_RDONLY);

	for (uint64_t i = 0; i < window; i += 1024) {
		int n = window - i < 1024 ? window - i : 1024;

		memset(entries, 0, sizeof entries);
		pread(fd, entries, n * 8, (BASE / PAGE + i) * 8);
		memset(bits, 0, sizeof bits);
		for (int j = 0; j < n; j++)
			if (entries[j] >> 63)
				bits[j / 8] |= 1 << j % 8;
		hex_line("RES", i, bits, (n + 7) / 8, i == 0 || i + 1024 >= window);
	}
	close(fd);
}

static void answer(const char *text)
{
	write(1, text, strlen(text));
}

static void wait_for_line(void)
{
	char c = 0;

	while (read(0, &c, 1) == 1 && c != '\n')
		;
}

int main(int argc, char **argv)
{
	static char text[256];
	volatile char deep[65536];
	unsigned failed;

	if (argc < 3 || (script = open(argv[1], O_RDONLY)) < 0 || (log_fd = open(argv[2], O_RDWR)) < 0)
		return 2;
	console = open("/dev/ttyS1", O_WRONLY | O_NOCTTY);
	read(script, text, 8); /* the magic number; the host has checked it */
	for (unsigned i = 0; i < sizeof deep; i += PAGE)
		deep[i] = 0; /* let the stack grow before it is locked */
	if (mlockall(MCL_CURRENT))
		return 3;
	answer("ready\n");
	wait_for_line();
	started = seconds();
	faults_before = major();
	begin_minor = minor();
	failed = perform();
	if (failed) {
		snprintf(text, sizeof text, "err operation %u errno %d after %llu touches\n", failed, errno,
			 (unsigned long long)touched);
	} else {
		double end = seconds();
		long run_major = major() - begin_major, run_minor = minor() - begin_minor;

		tell_misses();
		tell_present();
		snprintf(text, sizeof text,
			 "ok touches=%llu pre_maj=%ld pre_min=%ld pre_s=%.3f run_maj=%ld run_min=%ld run_s=%.3f\n",
			 (unsigned long long)measured, pre_major, pre_minor, measure_started - started, run_major,
			 run_minor, end - measure_started);
	}
	answer(text);
	wait_for_line();
	return 0;
}
