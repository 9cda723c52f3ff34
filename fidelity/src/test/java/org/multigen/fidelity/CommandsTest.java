package org.multigen.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.multigen.lab.cli.Command;
import picocli.CommandLine;

/** The commands of all modules, as the {@code multigen} command finds them. */
class CommandsTest {
    private static final String MODULE = "module-info.class";

    @Test
    void moduleInfoAndServicesNameTheSameCommands() throws IOException {
        List<URL> modules = Collections.list(CommandsTest.class.getClassLoader().getResources(MODULE)).stream()
                .filter(url -> descriptor(url).name().startsWith("org.multigen."))
                .toList();
        assertThat(modules).hasSizeGreaterThanOrEqualTo(2);
        for (URL module : modules) {
            assertThat(services(module)).as("%s", module).isEqualTo(provided(descriptor(module)));
        }
    }

    @Test
    void everyCommandIsDescribedAndShowsTwoExamples() {
        for (Command command : ServiceLoader.load(Command.class)) {
            CommandLine line = new CommandLine(command);
            String name = line.getCommandName();
            assertThat(line.getCommandSpec().usageMessage().description())
                    .as(name)
                    .isNotEmpty();
            long examples = String.join(
                            "\n", line.getCommandSpec().usageMessage().footer())
                    .lines()
                    .filter(l -> l.strip().startsWith("multigen " + name))
                    .count();
            assertThat(examples).as("examples in the help of %s", name).isGreaterThanOrEqualTo(2);
        }
    }

    private static Set<String> provided(ModuleDescriptor module) {
        return module.provides().stream()
                .filter(p -> p.service().equals(Command.class.getName()))
                .flatMap(p -> p.providers().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> services(URL module) throws IOException {
        String root = module.toString().substring(0, module.toString().length() - MODULE.length());
        try (InputStream in = URI.create(root + "META-INF/services/" + Command.class.getName())
                .toURL()
                .openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(l -> l.replaceFirst("#.*", "").strip())
                    .filter(l -> !l.isEmpty())
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (FileNotFoundException absent) {
            return Set.of();
        }
    }

    private static ModuleDescriptor descriptor(URL module) {
        try (InputStream in = module.openStream()) {
            return ModuleDescriptor.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
