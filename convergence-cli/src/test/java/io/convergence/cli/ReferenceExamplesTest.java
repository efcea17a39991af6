package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The examples of {@code docs/reference/cli.md} are what the commands print. */
class ReferenceExamplesTest {
    private static final Path REFERENCE = Path.of("../docs/reference");
    private static final Pattern EXAMPLE = Pattern.compile("```console\\n\\$ convergence (.*)\\n(?s:(.*?))```");
    private static final FileTime STORED = FileTime.from(Instant.parse("2026-03-01T09:10:00Z"));

    @TempDir
    private Path folder;

    private record Example(String arguments, String output) {}

    private static List<Example> examples() throws IOException {
        List<Example> examples = new ArrayList<>();
        Matcher matcher = EXAMPLE.matcher(Files.readString(REFERENCE.resolve("cli.md")));
        while (matcher.find()) {
            examples.add(new Example(matcher.group(1), matcher.group(2)));
        }

        return examples;
    }

    /** The files that the reference names: those beside it, and a landing zone of Parquet files. */
    @BeforeEach
    void copyFiles() throws IOException {
        Path from = REFERENCE.resolve("cli-examples");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path to = folder.resolve(from.relativize(file).toString());
                DmsFile.write(to, Files.readAllBytes(file));
                Files.setLastModifiedTime(to, STORED);
            }
        }
        OrdersZone.in(folder.resolve("zone"));
    }

    @TestFactory
    Stream<DynamicTest> examplesAreWhatIsPrinted() throws IOException {
        return examples().stream()
                .map(example -> DynamicTest.dynamicTest(example.arguments(), () -> {
                    Cli cli = Cli.run(inFolder(example.arguments()));

                    String printed = (cli.out() + cli.err()).replace(folder + "/", "");
                    assertThat(withoutChance(printed)).isEqualToNormalizingNewlines(withoutChance(example.output()));
                }));
    }

    @Test
    void eachCommandHasAnExample() throws IOException {
        assertThat(examples())
                .extracting(example -> example.arguments().replaceAll("(?: [^ a-z]| [a-z]*[./]).*", ""))
                .contains(
                        "files csv",
                        "changes csv",
                        "compact zone",
                        "snapshot csv",
                        "merge csv",
                        "show csv",
                        "declare csv",
                        "ledger show csv-lake",
                        "ledger verify csv-lake",
                        "ledger gc csv-lake",
                        "ledger undo csv-lake",
                        "mappings check",
                        "mappings preview",
                        "mappings format",
                        "settings check",
                        "task check",
                        "spec check",
                        "forecast");
    }

    /** Names of files, as the reference gives them, are looked for in the folder; so are lakes that are not there yet. */
    private Object[] inFolder(String arguments) {
        return Stream.of(arguments.split(" "))
                .map(word -> word.endsWith("lake") || Files.exists(folder.resolve(word)) ? folder.resolve(word) : word)
                .toArray();
    }

    /** Sizes of Parquet files depend on its version, names of generations on chance. */
    private static String withoutChance(String output) {
        return output.replaceAll("gen-0-[0-9a-f]+", "gen-0-X")
                .replaceAll("[\\d,]+ bytes", "N bytes")
                .replaceAll("files of [\\d.]+ [KM]?B", "files of N")
                .replaceAll("rows, [\\d.]+ [KM]?B", "rows, N");
    }
}
