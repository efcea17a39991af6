package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.target.ReplicationSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the how-to shows is what its program prints. */
class ConfigureProgramTest {
    private static final Path DOCUMENT = Path.of("..", "..", "docs", "how-to", "configure.md");

    private String output;
    private ReplicationSpec spec;

    @BeforeEach
    void run() throws IOException {
        var bytes = new ByteArrayOutputStream();
        spec = ConfigureProgram.run(blocks("json").get(0), new PrintStream(bytes, true, StandardCharsets.UTF_8));
        output = bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theOutputInTheDocumentIsThatOfTheProgram() throws IOException {
        assertThat(output).isEqualTo(String.join("", blocks("text")));
    }

    @Test
    void theSpecInTheDocumentIsThatOfTheProgram() throws IOException {
        String file = spec.toJson();

        assertThat(blocks("jsonc").get(0).lines().filter(line -> !line.contains("{ ... }")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(file).contains(line));
        assertThat(ReplicationSpec.parse(spec.toJson())).isEqualTo(spec);
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\\R(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCUMENT))
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
