package io.github.jlamadsla;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import io.github.jlamadsla.safetensors.InvalidModelException;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static org.assertj.core.api.Assertions.assertThat;

/** The structure of DESIGN section 4, held by the class files themselves. */
class PackageDirectionTest {

    /** Classes that must sit in Jlama's own packages to see its package-private members, by full name. */
    private static final Set<String> IN_JLAMAS_PACKAGES = Set.of();

    /** Kernel classes that are linked to the vector module without saying so in their name, by simple name. */
    private static final Set<String> VECTOR_BY_EXCEPTION = Set.of("AttentionTiles", "Bf16FewRowsX2", "Bf16FewRowsX4",
            "Bf16OnePanel", "Bf16Strips", "Bf16TilesX2", "Bf16TilesX4", "DenseTiles", "F32FewRowsX2", "F32FewRowsX3",
            "F32FewRowsX4", "F32OnePanel", "F32Strips", "F32TilesX2", "F32TilesX3", "F32TilesX4", "MachineCeilings",
            "OnlineSoftmax", "PanelTiles", "StateTiles");

    private static final int MOST_LINES = 400;

    private static JavaClasses classes;

    @BeforeAll
    static void readClassFiles() throws URISyntaxException {
        // The folder, not the package name: also what lies in a package that should not exist.
        Path folder = Path.of(InvalidModelException.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        classes = new ClassFileImporter().importPath(folder);
        assertThat(classes).isNotEmpty();
    }

    @Test
    void packagesImportOnlyFromTheirLeft() {
        Stream<String> objections = dependencies(to -> to.getPackageName().startsWith(PackageOrder.ROOT))
                .flatMap(use -> PackageOrder
                        .objection(use.getOriginClass().getPackageName(), use.getTargetClass().getPackageName())
                        .map(objection -> objection + ": " + use.getDescription()).stream());

        assertThat(objections).isEmpty();
    }

    @Test
    void everyPackageHasItsPlace() {
        assertThat(classes.stream().filter(type -> !IN_JLAMAS_PACKAGES.contains(topLevelOf(type).getName()))
                .map(JavaClass::getPackageName).distinct())
                .allSatisfy(name -> assertThat(PackageOrder.objection(name, name)).isEmpty());
    }

    @Test
    void onlyBridgeAndJlamaKnowJlama() {
        assertThat(dependencies(to -> to.getPackageName().startsWith("com.github.tjake"))
                .filter(use -> !Set.of("bridge", "jlama")
                        .contains(PackageOrder.layerOf(use.getOriginClass().getPackageName())))
                .filter(use -> !IN_JLAMAS_PACKAGES.contains(topLevelOf(use.getOriginClass()).getName()))
                .map(Dependency::getDescription)).isEmpty();
    }

    /** Without the vector module every other class must link, or the error that names the flag cannot be thrown. */
    @Test
    void onlyVectorClassesOfTheKernelLinkTheVectorModule() {
        assertThat(dependencies(to -> to.getPackageName().startsWith("jdk.incubator.vector"))
                .filter(use -> !mayUseVectors(topLevelOf(use.getOriginClass()))).map(Dependency::getDescription))
                .isEmpty();
    }

    @Test
    void noStaticFieldChanges() {
        fields().that().areStatic().should().beFinal().allowEmptyShould(true).check(classes);
        fields().that().areStatic().should().notHaveRawType("java.lang.ThreadLocal").andShould()
                .notHaveRawType(mutable()).allowEmptyShould(true).check(classes);
    }

    @Test
    void noSourceFileIsTooLong() throws IOException {
        Path root = Path.of(System.getProperty("jlamadsla.root"));
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.filter(PackageDirectionTest::isSource))
                    .anySatisfy(file -> assertThat(file.getFileName()).hasToString("PackageDirectionTest.java"))
                    .allSatisfy(file -> assertThat(lines(file)).as("lines of %s", root.relativize(file))
                            .isLessThanOrEqualTo(MOST_LINES));
        }
    }

    @ParameterizedTest
    @CsvSource({"kernel, kernel, true", "memory, kernel, true", "kernel, memory, false", "engine, model.family, true",
        "model.family, engine, false", "serve, engine, true", "jlama, serve, true", "serve, jlama, false",
        "cli, jlama, true", "jlama, cli, false", "cli, gguf, false", "metrics, metrics.http, true",
        "util, kernel, false", "engine, util, false"})
    void theOrderIsTheOneOfTheDesign(String from, String to, boolean allowed) {
        assertThat(PackageOrder.objection(PackageOrder.ROOT + "." + from, PackageOrder.ROOT + "." + to).isEmpty())
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"serve, false, true", "jlama, true, false", "cli, true, false"})
    void theRootPackageStandsBetweenServeAndJlama(String other, boolean mayUseRoot, boolean rootMayUse) {
        String name = PackageOrder.ROOT + "." + other;

        assertThat(PackageOrder.objection(name, PackageOrder.ROOT).isEmpty()).isEqualTo(mayUseRoot);
        assertThat(PackageOrder.objection(PackageOrder.ROOT, name).isEmpty()).isEqualTo(rootMayUse);
    }

    private static Stream<Dependency> dependencies(Predicate<JavaClass> target) {
        return classes.stream().flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(use -> target.test(use.getTargetClass().getBaseComponentType()));
    }

    private static boolean mayUseVectors(JavaClass type) {
        return PackageOrder.layerOf(type.getPackageName()).equals("kernel")
                && (type.getSimpleName().startsWith("Vector") || VECTOR_BY_EXCEPTION.contains(type.getSimpleName()));
    }

    private static JavaClass topLevelOf(JavaClass type) {
        return type.getEnclosingClass().map(PackageDirectionTest::topLevelOf).orElse(type);
    }

    private static DescribedPredicate<JavaClass> mutable() {
        return DescribedPredicate.describe("that is made to be changed",
                type -> type.getPackageName().equals("java.util.concurrent.atomic")
                        || type.isAssignableTo(ConcurrentMap.class));
    }

    private static boolean isSource(Path file) {
        String name = file.toString();
        return name.endsWith(".java") && name.contains("/src/") && !name.contains("/target/");
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
