package io.convergence.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** One run of the command line through its entry point, with what it printed. */
record Cli(int code, String out, String err) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Paths among the arguments become text. */
    static Cli run(Object... arguments) {
        return started(new byte[0], false, arguments);
    }

    /** With this text on stdin. */
    static Cli piped(String in, Object... arguments) {
        return started(in.getBytes(UTF_8), false, arguments);
    }

    static Cli started(byte[] in, boolean colours, Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        String[] words = Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
        int code = Main.run(new ByteArrayInputStream(in), out, err, colours, words);
        return new Cli(code, out.toString(), err.toString());
    }

    /** What was printed, as the one JSON object it must be. */
    JsonNode json() {
        try {
            return JSON.readTree(out);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + out, e);
        }
    }

    /** Fails with all that was printed unless the run ended so. */
    Cli endsWith(int expected) {
        assertThat(code).as("exit code of a run that printed%n%s%n%s", out, err).isEqualTo(expected);
        return this;
    }

    /** Done, and nothing to complain of. */
    Cli succeeds() {
        endsWith(ExitCode.DONE);
        assertThat(err).isEmpty();
        return this;
    }

    /** Refused or failed with this one line. */
    Cli fails(int expected, String line) {
        endsWith(expected);
        assertThat(err.lines()).containsExactly("convergence: " + line);
        return this;
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /** Lines of results without the folder, so that expected lines can be written down. */
    List<String> lines(Path folder) {
        return out.replace(folder.toString(), "").lines().toList();
    }
}
