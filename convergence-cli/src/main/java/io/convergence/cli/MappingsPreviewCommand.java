package io.convergence.cli;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.mapping.MappingEvaluation;
import io.convergence.mapping.TableMappings;
import io.convergence.source.SourceSchema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mappings preview}: what table mappings make of a source. */
@Command(
        name = "preview",
        mixinStandardHelpOptions = true,
        description = "Shows what DMS would write: tables and by which rule, names, types, columns, keys, filters.",
        footer = {
            "",
            "A name in angle brackets is computed by DMS from that expression.",
            "Exit code: 0 no errors, 1 errors, in the mappings or with this source, 2 wrong usage."
        })
final class MappingsPreviewCommand implements Callable<Integer> {
    @Mixin
    private CheckOptions check = new CheckOptions();

    @Option(
            names = "--schema",
            required = true,
            paramLabel = "SCHEMA.json",
            description = "The source's tables, as for the other commands; - is stdin.")
    private String schema = "";

    @Option(names = "--ignore-case", description = "The source endpoint is configured to ignore case.")
    private boolean ignoreCase;

    @Option(
            names = "--view",
            paramLabel = "SCHEMA.VIEW",
            converter = TableIdConverter.class,
            description = "One of the schema's tables that is a view; may be given several times.")
    private List<TableId> views = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        if (schema.equals(Document.STDIN) && check.file().equals(Document.STDIN)) {
            throw new UsageException("Cannot read both mappings and schema from stdin. Give one of them as a file.");
        }

        SourceSchema source = SourceSchema.parse(
                Document.read(schema, console.in()).requireJson().text());
        List<MappingEvaluation> evaluations = new ArrayList<>();
        FindingReport report = CheckOptions.report(check.document(console), document -> {
            TableMappings mappings = TableMappings.parse(document.text());
            MappingEvaluation evaluation = evaluate(mappings, source);
            evaluations.add(evaluation);
            Set<Finding> findings = new LinkedHashSet<>(mappings.validate());
            findings.addAll(evaluation.findings());
            return List.copyOf(findings);
        });
        if (check.json()) {
            console.line(JsonLine.object(json -> {
                if (!evaluations.isEmpty()) {
                    PreviewJson.write(evaluations.get(0), json);
                }
                report.write(json);
            }));
        } else {
            evaluations.forEach(evaluation -> new PreviewText(console).print(evaluation));
            report.print(console);
        }

        return report.exitCode();
    }

    private MappingEvaluation evaluate(TableMappings mappings, SourceSchema source) {
        return mappings.evaluate(source, options -> {
            options.views(views.toArray(TableId[]::new));
            if (ignoreCase) {
                options.ignoreCase();
            }
        });
    }
}
