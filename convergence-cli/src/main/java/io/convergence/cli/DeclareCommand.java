package io.convergence.cli;

import io.convergence.ledger.LedgerEntry.Declared.Kind;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.Declaration;
import io.convergence.pipeline.DeclarationPlan;
import io.convergence.pipeline.LakeTable;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code declare}: says of a table what its files do not tell. */
@Command(
        name = "declare",
        mixinStandardHelpOptions = true,
        description = {
            "Says of one table what its files do not tell; every later merge acts on it.",
            "Refused if it contradicts the files or the log. --dry-run tells what it would change.",
            ""
        },
        footer = {
            "",
            "KIND and VALUE:",
            "  truncated [TIME]      the source table was truncated at TIME, by the source's clock",
            "  reloaded [TIME]       LOAD files stored before TIME, by the store's clock, are of an earlier load",
            "  expired [TIME]        raw files stored before TIME were removed; their rows stay",
            "  load-start TIME       the load there is began at TIME",
            "  load-complete         all LOAD files are there",
            "  column-default COL=V  the column was added, older rows hold V: null, true, false, a number, or 'text'",
            "  renamed OLD=NEW       the column has a new name",
            "  order RUN=HOW         what decides the order of the run that began at RUN: counter, files or follows",
            "Without TIME it is found by the files that are gone, or the declaration is refused."
        })
final class DeclareCommand implements Callable<Integer> {
    @Mixin
    private InputOptions options = new InputOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private MergeCommand.WaitingOptions waiting = new MergeCommand.WaitingOptions();

    @Parameters(
            index = "1",
            paramLabel = "KIND",
            converter = KindConverter.class,
            description = "What is declared, see below.")
    private @Nullable Kind kind;

    @Parameters(index = "2", arity = "0..1", paramLabel = "VALUE", description = "As the kind asks.")
    private @Nullable String value;

    @Option(names = "--note", paramLabel = "TEXT", description = "A line for those who read the log later.")
    private String note = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    /** A kind by its label in the log. */
    static final class KindConverter implements ITypeConverter<Kind> {
        @Override
        public Kind convert(String label) {
            try {
                return Kind.parse(label);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage() + " See the kinds with --help");
            }
        }
    }

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        Declaration declaration;
        try {
            declaration = Declaration.parse(java.util.Objects.requireNonNull(kind, "kind"), value)
                    .withNote(note);
        } catch (IllegalArgumentException e) {
            throw new UsageException(Main.oneLine(e), e);
        }

        Convergence lake = output.pipelineOfLogged(options, LakeOptions.none());
        if (lake.tables().size() > 1) {
            throw new UsageException(
                    "Cannot declare something of " + lake.tables().size() + " tables at once. Name one with --table.");
        }

        LakeTable table = lake.table(lake.tables().get(0));
        DeclarationPlan plan = table.planDeclaration(declaration, waiting.of(table.id()));
        if (output.dryRun()) {
            console.printf("%s", plan);
        } else {
            console.printf(
                    "%s: declared %s %s in slot %d%n",
                    table.id(),
                    plan.entry().what().label(),
                    plan.entry().text(),
                    plan.execute().slot());
            console.printf(
                    "  it was %s and is %s now; the next merge acts on it%n",
                    plan.before().condition(), plan.after().condition());
        }

        return console.exitCode();
    }
}
