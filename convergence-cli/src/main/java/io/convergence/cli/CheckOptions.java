package io.convergence.cli;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import io.convergence.mapping.InvalidMappingException;
import io.convergence.target.InvalidConfigurationException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every command that checks a document takes, and how it goes about it. */
final class CheckOptions {
    @Parameters(paramLabel = "FILE", description = "The document, UTF-8; - is stdin.")
    private String file = "";

    @Option(names = "--json", description = "Print one JSON object instead of text for people.")
    private boolean json;

    Document document(Console console) {
        return Document.read(file, console.in());
    }

    boolean json() {
        return json;
    }

    String file() {
        return file;
    }

    /** @param findings of the document's text; what it throws about the text becomes findings too */
    int run(CommandSpec command, Function<Document, List<Finding>> findings) {
        Console console = Console.of(command);
        FindingReport report = report(document(console), findings);
        if (json) {
            console.line(JsonLine.object(report::write));
        } else {
            report.print(console);
        }

        return report.exitCode();
    }

    static FindingReport report(Document document, Function<Document, List<Finding>> findings) {
        Optional<JsonSyntax.SyntaxError> broken =
                document.looksLikeJson() ? JsonSyntax.error(document.text()) : Optional.empty();
        if (broken.isPresent()) {
            return new FindingReport(
                    document.name(),
                    List.of(broken.get().finding()),
                    false,
                    Optional.of(broken.get().place()));
        }

        try {
            return FindingReport.of(document.name(), findings.apply(document));
        } catch (InvalidConfigurationException e) {
            return refused(document, e.findings(), e);
        } catch (InvalidMappingException e) {
            return refused(document, e.findings(), e);
        }
    }

    private static FindingReport refused(Document document, List<Finding> errors, ConvergenceException e) {
        List<Finding> findings =
                errors.isEmpty() ? List.of(Finding.error("NOT_READABLE", "$", Main.oneLine(e), "")) : errors;
        return new FindingReport(document.name(), findings, false, Optional.empty());
    }
}
