package io.convergence.cli;

import io.convergence.Severity;
import io.convergence.mapping.TableMappings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mappings format}: the same mappings, always spelled the same way. */
@Command(
        name = "format",
        mixinStandardHelpOptions = true,
        description = "Prints table mappings in AWS's spelling, the same for the same mappings; unknown keys are kept.",
        footer = {
            "",
            "Nulls and empty lists, which mean nothing to DMS, are left out.",
            "Exit code: 0 done, 1 the document cannot be read as table mappings, 2 wrong usage."
        })
final class MappingsFormatCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The document, UTF-8; - is stdin.")
    private String file = "";

    @Option(names = "--write", description = "Write the result to FILE instead of stdout.")
    private boolean write;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        if (write && file.equals(Document.STDIN)) {
            throw new UsageException("Cannot write to stdin. Leave out --write; the result goes to stdout.");
        }

        Document document = Document.read(file, console.in());
        FindingReport report = CheckOptions.report(document, read -> {
            TableMappings.parse(read.text());
            return List.of();
        });
        if (report.count(Severity.ERROR) > 0) {
            return report.refuse(console);
        }

        String formatted = TableMappings.parse(document.text()).toJson() + "\n";
        if (!write) {
            console.text(formatted);
        } else if (formatted.equals(document.text())) {
            console.line(file + ": formatted already");
        } else {
            replace(Document.path(file), formatted);
            console.line(file + ": formatted");
        }

        return ExitCode.DONE;
    }

    /** The file is whole at any moment; a link keeps pointing where it points. */
    private void replace(Path target, String text) {
        try {
            Path real = target.toRealPath();
            Path temporary = Files.createTempFile(real.getParent(), "." + real.getFileName(), ".tmp");
            try {
                Files.writeString(temporary, text, StandardCharsets.UTF_8);
                if (Files.getFileStore(real).supportsFileAttributeView("posix")) {
                    Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(real));
                }
                Files.move(temporary, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UsageException(
                    "Cannot write '" + file + "': " + e.getMessage() + ". It is unchanged; check its permissions.", e);
        }
    }
}
