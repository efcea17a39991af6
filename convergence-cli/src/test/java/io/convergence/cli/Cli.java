package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** One run of the command line through its entry point, with what it printed. */
record Cli(int code, String out, String err) {
    /** Paths among the arguments become text. */
    static Cli run(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code =
                Main.run(out, err, Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
        return new Cli(code, out.toString(), err.toString());
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
