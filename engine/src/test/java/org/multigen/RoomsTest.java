package org.multigen;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The order of the engine's rooms, and what the engine may lean on. See docs/adr/0001-rooms.md. */
class RoomsTest {
    private static final String ROOT = "org.multigen.";

    /** Ground floor first; a room imports lower rooms only. */
    private static final List<String> ROOMS = List.of(
            "base",
            "memory",
            "rules",
            "pagetable",
            "addrspace",
            "memcg",
            "storage",
            "guest",
            "walk",
            "lru",
            "lru.multigen",
            "lru.twolist",
            "tier",
            "reclaim",
            "fault",
            "machine");

    private static final Path CLASSES = classes();
    private static final JavaClasses ENGINE = new ClassFileImporter().importPath(CLASSES);

    @Test
    void everyPackageIsARoom() {
        Set<String> unknown = new TreeSet<>();
        for (JavaClass c : ENGINE) {
            if (c.getPackageName().startsWith(ROOT) && !ROOMS.contains(room(c))) {
                unknown.add(c.getPackageName());
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void aRoomImportsLowerRoomsOnly() {
        ArchRuleDefinition.classes()
                .should(importLowerRoomsOnly())
                .allowEmptyShould(true)
                .check(ENGINE);
    }

    @Test
    void onlyTheGroundFloorTouchesForeignMemory() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("org.multigen.base..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .allowEmptyShould(true)
                .check(ENGINE);
    }

    @Test
    void theEngineDoesNotPrintOrLog() {
        ArchRuleDefinition.noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.System$Logger")
                .allowEmptyShould(true)
                .check(ENGINE);
    }

    @Test
    void theEngineRequiresNothingButTheJdk() throws IOException {
        try (InputStream in = Files.newInputStream(CLASSES.resolve("module-info.class"))) {
            Set<String> required = ModuleDescriptor.read(in).requires().stream()
                    .map(ModuleDescriptor.Requires::name)
                    .collect(Collectors.toSet());
            assertThat(required).isSubsetOf("java.base", "jdk.jfr", "org.jspecify");
        }
    }

    @Test
    void everyPackageIsDescribed() throws IOException {
        Path sources = CLASSES.resolve("../../src/main/java").normalize();
        try (Stream<Path> files = Files.walk(sources)) {
            Set<Path> undescribed = files.filter(f -> f.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .filter(d -> !d.equals(sources) && !Files.exists(d.resolve("package-info.java")))
                    .collect(Collectors.toSet());
            assertThat(undescribed).isEmpty();
        }
    }

    private static ArchCondition<JavaClass> importLowerRoomsOnly() {
        return new ArchCondition<>("import lower rooms only") {
            @Override
            public void check(JavaClass c, ConditionEvents events) {
                for (Dependency d : c.getDirectDependenciesFromSelf()) {
                    int from = ROOMS.indexOf(room(c));
                    int to = ROOMS.indexOf(room(d.getTargetClass()));
                    if (from >= 0 && to > from) {
                        events.add(SimpleConditionEvent.violated(c, d.getDescription()));
                    }
                }
            }
        };
    }

    /** The room of a class: the package below the root. */
    private static String room(JavaClass c) {
        String name = c.getPackageName();
        return name.startsWith(ROOT) ? name.substring(ROOT.length()) : "";
    }

    /** The compiled engine: the directory that holds its module descriptor. */
    private static Path classes() {
        Path dir = Path.of(System.getProperty("multigen.classes", "target/classes"));
        return dir.toAbsolutePath();
    }
}
