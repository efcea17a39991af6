package io.convergence.aws;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What holds for every class of this module; the rules of core, with their counter-examples, stand in core's own test. */
class AwsArchitectureTest {
    /** Moves up with the code; it keeps the rules from passing on nothing. */
    private static final int CLASSES_AT_LEAST = 18;

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.convergence.aws");
    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages("io.convergence.aws");

    @Test
    void enoughClassesAreSeen() {
        assertThat(PRODUCT).hasSizeGreaterThanOrEqualTo(CLASSES_AT_LEAST);
        assertThat(TESTS).isNotEmpty();
    }

    @Test
    void packagesAreNullMarked() {
        assertThat(PRODUCT)
                .extracting(JavaClass::getPackage)
                .allMatch(home -> home.isAnnotatedWith(NullMarked.class), "package-info has @NullMarked");
    }

    @Test
    void internalsOfCoreAreLeftAlone() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.convergence.*.internal..")
                .because("internal packages are no API")
                .check(PRODUCT);
    }

    @Test
    void nothingPrints() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(PRODUCT);
    }

    @Test
    void nothingIsMocked() {
        for (JavaClasses classes : new JavaClasses[] {PRODUCT, TESTS}) {
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.mockito..", "org.easymock..", "org.powermock..")
                    .because("tests run against working stand-ins, which cannot agree with a wrong assumption")
                    .check(classes);
        }
    }
}
