package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Code in the documentation is code of this module, so that it compiles and runs. */
class DocumentedCodeTest {
    private static final Pattern BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
    private static final Path PACKAGE = Path.of("java", "io", "convergence", "examples", "quickstart");

    @ParameterizedTest
    @CsvSource({
        "README.md, main, ReadmeProgram.java, program",
        "docs/how-to/test-without-aws.md, test, TestWithoutAwsTest.java, test",
        "docs/how-to/configure.md, main, ConfigureProgram.java, configure"
    })
    void codeInTheDocumentIsCodeThatCompiles(String document, String sources, String file, String tag)
            throws IOException {
        Path root = Path.of("..", "..");
        List<String> code =
                Files.readAllLines(Path.of("src", sources).resolve(PACKAGE).resolve(file));
        int begin = code.stream().map(String::strip).toList().indexOf("// docs: " + tag);
        int end = code.stream().map(String::strip).toList().indexOf("// docs: end");
        String expected = String.join("\n", code.subList(begin + 1, end)).stripIndent();

        Matcher block = BLOCK.matcher(Files.readString(root.resolve(document)));

        assertThat(block.find()).as("a java block in " + document).isTrue();
        assertThat(block.group(1).stripTrailing()).isEqualTo(expected);
    }
}
