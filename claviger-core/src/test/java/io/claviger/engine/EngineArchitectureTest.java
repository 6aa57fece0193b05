package io.claviger.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The engine stays deterministic, and the arrows between packages stay as they are drawn. */
class EngineArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.claviger");

    @Test
    void theEngineKnowsOnlyPlainJava() {
        classes()
                .that()
                .resideInAPackage("io.claviger.engine..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.claviger.engine..",
                        "java.lang",
                        "java.lang.invoke",
                        "java.lang.runtime",
                        "java.util",
                        "java.util.function",
                        "java.util.stream",
                        "java.util.zip",
                        "java.nio",
                        "java.nio.charset",
                        "org.jspecify.annotations")
                .check(CORE);
    }

    @Test
    void theEngineHasNoClockNoThreadNoRandomness() {
        noClasses()
                .that()
                .resideInAPackage("io.claviger.engine..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "identityHashCode", Object.class)
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Thread.class,
                        java.util.Random.class,
                        java.util.HashMap.class,
                        java.util.HashSet.class,
                        java.util.IdentityHashMap.class)
                .check(CORE);
    }

    @Test
    void arrowsBetweenPackagesGoOneWay() {
        noClasses()
                .that()
                .resideInAnyPackage("io.claviger.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.claviger", "io.claviger.spi..", "io.claviger.local..")
                .check(CORE);
        noClasses()
                .that()
                .resideInAnyPackage("io.claviger", "io.claviger.spi..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.claviger.local..")
                .check(CORE);
        slices().matching("io.claviger.(engine|local)..")
                .should()
                .beFreeOfCycles()
                .check(CORE);
    }
}
