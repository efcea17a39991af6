package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packages, types, members and constants that the documentation names are there. */
class DocumentedNamesTest {
    private static final Pattern FENCED = Pattern.compile("```.*?```", Pattern.DOTALL);
    private static final Pattern IN_MARKDOWN = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern IN_JAVADOC = Pattern.compile("\\{@(?:code|link|linkplain) ([^}\\s#]+)[^}]*}");
    private static final Pattern STAGES = Pattern.compile("(?m)^.*\\bsource (?:─►|-&gt;) mapping.*$");

    private static CodeNames code;

    @BeforeAll
    static void readCode() throws IOException {
        code = CodeNames.ofRepository();
        assertThat(code.types()).isGreaterThan(300);
    }

    @Test
    void whatDocumentsNameIsThere() throws IOException {
        List<String> problems = new ArrayList<>();
        int names = 0;
        for (Path document : Repository.documents()) {
            String prose = FENCED.matcher(Repository.text(document)).replaceAll("");
            names += check(document, IN_MARKDOWN.matcher(prose), problems);
        }

        assertThat(problems).isEmpty();
        assertThat(names).isGreaterThan(50);
    }

    @Test
    void whatPackageCommentsNameIsThere() throws IOException {
        List<String> problems = new ArrayList<>();
        int names = 0;
        for (Path source : Repository.productSources()) {
            if (source.endsWith("package-info.java")) {
                names += check(source, IN_JAVADOC.matcher(Repository.text(source)), problems);
            }
        }

        assertThat(problems).isEmpty();
        assertThat(names).isGreaterThan(5);
    }

    /** A stage in parentheses is yet to come. */
    @Test
    void everyStageInAPictureIsAPackage() throws IOException {
        List<Path> texts = new ArrayList<>(Repository.documents());
        Repository.productSources().stream()
                .filter(source -> source.endsWith("package-info.java"))
                .forEach(texts::add);
        int pictures = 0;
        for (Path file : texts) {
            Matcher picture = STAGES.matcher(Repository.text(file));
            while (picture.find()) {
                pictures++;
                for (String stage : picture.group().replace("*", "").split("─►|-&gt;")) {
                    if (!stage.strip().startsWith("(")) {
                        assertThat(code.problem("io.convergence." + stage.strip()))
                                .as(file + ": " + stage)
                                .isEmpty();
                    }
                }
            }
        }

        assertThat(pictures).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "change.internal | there is no package io.convergence.change.internal",
                "io.convergence.catalog | there is no package io.convergence.catalog",
                "LakeTabel | there is no type LakeTabel",
                "merge.LakeTable | type LakeTable is in [io.convergence.pipeline], not in io.convergence.merge",
                "MergeOptions.settle(…) | type MergeOptions has no member settle",
                "startAnotherRun() | no code has the method startAnotherRun()",
                "BOOLEAN_AS_TEXTS | no code has the constant BOOLEAN_AS_TEXTS"
            })
    void aNameThatIsGoneIsFound(String claim, String problem) {
        assertThat(code.problem(claim)).isEqualTo(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pipeline.Convergence",
                "MergeOptions.fullLoadRows(n)",
                "io.convergence.store.internal",
                "startNewRun()",
                "pom.xml",
                "mvn verify",
                "IllegalArgumentException",
                "BucketFolder",
                "schema.table",
                "AWS"
            })
    void aNameThatIsThereOrNoneOfCodeIsNot(String claim) {
        assertThat(code.problem(claim)).isEmpty();
    }

    private static int check(Path file, Matcher claims, List<String> problems) {
        int names = 0;
        while (claims.find()) {
            names++;
            String problem = code.problem(claims.group(1));
            if (!problem.isEmpty()) {
                problems.add(file + ": " + problem);
            }
        }

        return names;
    }
}
