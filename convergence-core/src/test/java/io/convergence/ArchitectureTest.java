package io.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The design, held by rules; and every rule is shown a fixture that breaks it. */
class ArchitectureTest {
    /** Moves up with the code; it keeps the rules from passing on nothing. */
    private static final int CLASSES_AT_LEAST = 940;

    private static final String BASE = "io.convergence";
    private static final String FIXTURES = "io.convergence.architecturefixtures";

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(BASE);
    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages(BASE);
    private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(FIXTURES);

    static Stream<Arguments> rules() {
        return Stream.of(
                rule("order", ArchitectureRules::stagesUseOnlyWhatIsToTheirLeft, "raw.LooksAhead"),
                rule("order, leaf", ArchitectureRules::stagesUseOnlyWhatIsToTheirLeft, "schema.LeafUsesStage"),
                rule("order, bridge", ArchitectureRules::stagesUseOnlyWhatIsToTheirLeft, "merge.UsesBridge"),
                rule("order, side room", ArchitectureRules::stagesUseOnlyWhatIsToTheirLeft, "audit.UsesMerge"),
                rule("order, unknown", ArchitectureRules::stagesUseOnlyWhatIsToTheirLeft, "helpers.HasNoPlace"),
                rule("cycles", ArchitectureRules::packagesAreFreeOfCycles, "store.UsesSchema"),
                rule("internals", ArchitectureRules::internalsStayInTheirStage, "merge.ReachesInside"),
                rule("return type", ArchitectureRules::publicSignaturesNameNoThirdPartyType, "LeakyApi.result()"),
                rule("type argument", ArchitectureRules::publicSignaturesNameNoThirdPartyType, "LeakyApi.results()"),
                rule("parameter", ArchitectureRules::publicSignaturesNameNoThirdPartyType, "LeakyApi.take("),
                rule("array", ArchitectureRules::publicSignaturesNameNoThirdPartyType, "LeakyApi.array("),
                rule("bound", ArchitectureRules::publicSignaturesNameNoThirdPartyType, "LeakyApi.bounded("),
                rule("throws", ArchitectureRules::publicSignaturesNameNoThirdPartyType, "LeakyApi.fail("),
                rule("field", ArchitectureRules::publicSignaturesNameNoThirdPartyType, "LeakyApi.field"),
                rule("supertype", ArchitectureRules::publicSignaturesNameNoThirdPartyType, "LeakyApi$Child"),
                rule("internal type", ArchitectureRules::publicSignaturesNameNoThirdPartyType, "LeakyApi.inside("),
                rule(
                        "internal type of a leaf",
                        ArchitectureRules::publicSignaturesNameNoThirdPartyType,
                        "LeakyApi.shared("),
                rule("null marks", ArchitectureRules::packagesAreNullMarked, "compact.Unmarked"),
                rule("files", ArchitectureRules::pureStagesDoNoInputOrOutput, "merge.ReadsFiles"),
                rule("store", ArchitectureRules::pureStagesDoNoInputOrOutput, "merge.UsesStore"),
                rule("stdout", ArchitectureRules::nothingPrints, "raw.Prints"),
                rule("generic exception", ArchitectureRules::thrownExceptionsAreSpecific, "raw.ThrowsAnything"),
                rule("reflection", ArchitectureRules::avroReadsGenericDataOnly, "change.UsesReflection"),
                rule("clock", ArchitectureRules::timeAndChanceAreGivenFromOutside, "ledger.AsksTheClock"),
                rule("dice", ArchitectureRules::timeAndChanceAreGivenFromOutside, "ledger.ThrowsDice"));
    }

    private static Arguments rule(String name, Function<ArchitectureRules, ArchRule> rule, String offender) {
        return Arguments.of(name, rule, offender);
    }

    @Test
    void enoughClassesAreSeen() {
        assertThat(PRODUCT).hasSizeGreaterThanOrEqualTo(CLASSES_AT_LEAST);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void productKeepsTheRule(String name, Function<ArchitectureRules, ArchRule> rule, String offender) {
        rule.apply(new ArchitectureRules(BASE)).check(PRODUCT);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("rules")
    void ruleReportsTheFixtureThatBreaksIt(String name, Function<ArchitectureRules, ArchRule> rule, String offender) {
        var report =
                rule.apply(new ArchitectureRules(FIXTURES)).evaluate(BROKEN).getFailureReport();

        assertThat(report.getDetails()).anySatisfy(line -> assertThat(line).contains(offender));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void ruleLeavesTheInnocentFixtureAlone(String name, Function<ArchitectureRules, ArchRule> rule, String offender) {
        var report =
                rule.apply(new ArchitectureRules(FIXTURES)).evaluate(BROKEN).getFailureReport();

        assertThat(report.getDetails())
                .noneSatisfy(line -> assertThat(line).matches("(?s)(\\w+ )?<?[\\w.]*\\.Innocent.*"));
    }

    @Test
    void nothingIsMocked() {
        ArchitectureRules.noClassUses("org.mockito..", "org.easymock..", "org.powermock..")
                .check(PRODUCT);
        ArchitectureRules.noClassUses("org.mockito..", "org.easymock..", "org.powermock..")
                .check(TESTS);

        var report = ArchitectureRules.noClassUses("org.apache.avro..")
                .evaluate(BROKEN)
                .getFailureReport();
        assertThat(report.getDetails()).anySatisfy(line -> assertThat(line).contains("LeakyApi"));
    }
}
