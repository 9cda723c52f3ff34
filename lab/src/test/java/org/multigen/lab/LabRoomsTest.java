package org.multigen.lab;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** The lab's packages know each other in one direction only. See docs/adr/0001-rooms.md. */
class LabRoomsTest {
    @Test
    void noCycleOfPackages() {
        SlicesRuleDefinition.slices()
                .matching("org.multigen.lab.(**)")
                .should()
                .beFreeOfCycles()
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("org.multigen.lab"));
    }
}
