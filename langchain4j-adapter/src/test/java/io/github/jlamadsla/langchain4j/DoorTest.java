package io.github.jlamadsla.langchain4j;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** The adapter is a door: it reaches the engine by its front, no other door, and Jlama not at all. */
@AnalyzeClasses(packages = "io.github.jlamadsla.langchain4j", importOptions = ImportOption.DoNotIncludeTests.class)
class DoorTest {

    /** Of the inner packages only their exceptions, to tell them apart. */
    @ArchTest
    static final ArchRule itUsesNoInnerPackageOfTheEngine = noClasses().should()
            .dependOnClassesThat(resideInAnyPackage("io.github.jlamadsla.memory..", "io.github.jlamadsla.safetensors..",
                    "io.github.jlamadsla.bridge..", "io.github.jlamadsla.model..", "io.github.jlamadsla.jlama..")
                    .and(not(assignableTo(Throwable.class))));

    @ArchTest
    static final ArchRule itUsesNoOtherDoor = noClasses().should().dependOnClassesThat().resideInAnyPackage(
            "io.github.jlamadsla.gguf..", "io.github.jlamadsla.metrics..", "io.github.jlamadsla.spring..",
            "io.github.jlamadsla.agent..", "io.github.jlamadsla.cluster..", "io.github.jlamadsla.distill..",
            "io.github.jlamadsla.cli..", "io.github.jlamadsla.examples..");

    @ArchTest
    static final ArchRule itDoesNotKnowJlama = noClasses().should().dependOnClassesThat()
            .resideInAPackage("com.github.tjake..");

    @ArchTest
    static final ArchRule noStaticFieldChanges = fields().that().areStatic().should().beFinal().allowEmptyShould(true);
}
