package org.multigen.lab.scenario;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;

/** An experiment as a file describes it: settings, and variants that each override a few of them. */
public final class Scenario {
    /** Name of the only variant of a scenario that names none. */
    public static final String SOLE_VARIANT = "base";

    private final Path file;
    private final Layer base;
    private final Map<String, Layer> variants;

    Scenario(Path file, Layer base, Map<String, Layer> variants) {
        this.file = file;
        this.base = base;
        this.variants = new LinkedHashMap<>(variants);
    }

    /**
     * Reads a scenario file.
     *
     * @throws Failure if it is absent, no YAML, or says something that no scenario says; the message names the line
     */
    public static Scenario read(Path file) {
        return ScenarioFile.read(file);
    }

    /**
     * A scenario that no file describes.
     *
     * @param name its name in results
     * @param settings path to text
     * @throws Failure if a setting is none of the keys
     */
    public static Scenario of(String name, Map<String, String> settings) {
        return new Scenario(Path.of(name), layer(settings), Map.of());
    }

    /**
     * This scenario with other variants, each a few settings by path.
     *
     * @throws Failure if a setting is none of the keys
     */
    public Scenario withVariants(Map<String, Map<String, String>> settings) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        settings.forEach((name, s) -> layers.put(name, layer(s)));
        return new Scenario(file, base, layers);
    }

    private static Layer layer(Map<String, String> settings) {
        Layer layer = new Layer();
        settings.forEach((path, value) -> layer.put(path, value, Source.option(path), true));
        return layer;
    }

    /** This scenario with what it leaves open taken from another. */
    Scenario over(Scenario included) {
        return new Scenario(file, included.base.under(base), variants.isEmpty() ? included.variants : variants);
    }

    Layer.@Nullable Entry include() {
        return base.get("include");
    }

    /** Its name in results: the key {@code name}, else the file's name without its ending. */
    public String name() {
        Layer.Entry name = base.get("name");
        return name != null ? name.value() : String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
    }

    /** The key {@code description}, or nothing. */
    public String description() {
        Layer.Entry text = base.get("description");
        return text == null ? "" : text.value();
    }

    /** Names of the variants in the file's order; {@link #SOLE_VARIANT} if there are none. */
    public List<String> variantNames() {
        return variants.isEmpty() ? List.of(SOLE_VARIANT) : List.copyOf(variants.keySet());
    }

    /**
     * The settings of one variant.
     *
     * @param overrides {@code key=value} options of the command line, which win over everything
     * @throws Failure if there is no such variant, or an option is none of the keys
     */
    public Settings settings(String variant, List<String> overrides) {
        return given(variant, OptionSetting.set(overrides));
    }

    /** The same with settings of any option; a failure names the option. */
    public Settings given(String variant, List<OptionSetting> overrides) {
        Layer all = base;
        if (!variants.isEmpty() || !variant.equals(SOLE_VARIANT)) {
            Layer own = variants.get(variant);
            if (own == null) {
                throw Failure.usage("no variant \"" + variant + "\" in " + file + Hint.of(variant, variants.keySet())
                        + " (it has " + String.join(", ", variantNames()) + ")");
            }
            all = all.under(own);
        }
        return Settings.of(all.under(options(overrides)), new Source(file.toString(), 0));
    }

    private static Layer options(List<OptionSetting> overrides) {
        Layer layer = new Layer();
        for (OptionSetting given : overrides) {
            Source source = Source.option(given.option());
            String option = given.setting();
            int equals = option.indexOf('=');
            if (equals < 1) {
                throw source.failure("expected key=value");
            }
            layer.put(option.substring(0, equals), option.substring(equals + 1), source, true);
        }
        return layer;
    }
}
