package org.multigen.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** The packages of the lab and of this module. The engine's have a test of their own. */
class PackagesTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.multigen.lab", "org.multigen.fidelity");

    @Test
    void noTwoPackagesLeanOnEachOther() {
        assertThat(CLASSES).hasSizeGreaterThan(100);
        SlicesRuleDefinition.slices()
                .matching("org.multigen.(**)")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void failuresAreTheLowestRoomOfTheLab() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("org.multigen.lab.failure")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("org.multigen..")
                        .and(JavaClass.Predicates.resideOutsideOfPackage("org.multigen.lab.failure")))
                .check(CLASSES);
    }

    @Test
    void onlyTheEntryPointEndsTheProcess() {
        ArchRuleDefinition.noClasses()
                .that()
                .doNotHaveFullyQualifiedName("org.multigen.lab.cli.Main")
                .should()
                .callMethod(System.class, "exit", int.class)
                .check(CLASSES);
    }
}
