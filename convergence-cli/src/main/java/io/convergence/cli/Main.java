package io.convergence.cli;

import io.convergence.ConvergenceException;
import io.convergence.mapping.InvalidMappingException;
import io.convergence.source.InvalidSourceSchemaException;
import io.convergence.target.InvalidConfigurationException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The command line: exit code 0 done, 1 data or findings, 2 usage; one clear line on stderr. */
@Command(
        name = "convergence",
        description = "Checks what AWS DMS is configured to write to S3; reads, compacts and merges what it wrote.",
        subcommands = {
            FilesCommand.class,
            ChangesCommand.class,
            InspectCommand.class,
            DoctorCommand.class,
            CompactCommand.class,
            SnapshotCommand.class,
            MergeCommand.class,
            ShowCommand.class,
            DeclareCommand.class,
            LedgerCommand.class,
            MappingsCommand.class,
            SettingsCommand.class,
            TaskCommand.class,
            SpecCommand.class,
            ForecastCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "URI is a local file or folder, file:… or s3://bucket/prefix (credentials and region from the AWS default chain).",
            "Results go to stdout; errors and findings to stderr, one a line.",
            "Exit code: 0 done, 1 broken data or findings that need a person, 2 wrong usage.",
            "The commands that check a FILE read stdin for -, and end with 1 only if they find errors.",
            "Help on a command: convergence COMMAND --help"
        })
public final class Main extends CommandGroup {
    /** Wide enough for the example values in the help to stay on one line. */
    private static final int HELP_WIDTH = 120;

    @Option(names = "--debug", description = "Print the stack trace of an error.", scope = ScopeType.INHERIT)
    private boolean debug;

    @Option(
            names = "--verbose",
            description = "Also tell, on stderr, what is worth knowing but needs nobody (findings of severity INFO).",
            scope = ScopeType.INHERIT)
    private boolean verbose;

    private final InputStream in;
    private final boolean colours;

    private Main(InputStream in, boolean colours) {
        this.in = in;
        this.colours = colours;
    }

    public static void main(String[] arguments) {
        // Not System.out and System.err: these swallow the reason why a write failed.
        int code = run(
                System.in,
                new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8),
                new OutputStreamWriter(new FileOutputStream(FileDescriptor.err), StandardCharsets.UTF_8),
                Terminal.colours(Terminal.watched(), System.getenv()),
                arguments);
        System.exit(code);
    }

    /** The same without ending the process, with an empty stdin and without colours. */
    static int run(Writer out, Writer err, String... arguments) {
        return run(InputStream.nullInputStream(), out, err, false, arguments);
    }

    static int run(InputStream in, Writer out, Writer err, boolean colours, String... arguments) {
        var results = new ResultWriter(out);
        var printer = new PrintWriter(results);
        var messages = new PrintWriter(err, true);
        int code = new CommandLine(new Main(in, colours))
                .setOut(printer)
                .setErr(messages)
                .setUsageHelpWidth(HELP_WIDTH)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Main::failed)
                .setParameterExceptionHandler(Main::misused)
                .execute(arguments);
        printer.flush();
        messages.flush();

        return results.lost()
                .map(why -> {
                    messages.println("convergence: Cannot write the output: " + why
                            + ". What was printed is not all; run again with room for it.");
                    return ExitCode.DATA;
                })
                .orElse(code);
    }

    boolean debug() {
        return debug;
    }

    boolean verbose() {
        return verbose;
    }

    InputStream in() {
        return in;
    }

    boolean colours() {
        return colours;
    }

    private static int misused(CommandLine.ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        String message = noCommand(e).orElseGet(() -> oneLine(e));
        String end = message.endsWith(".") || message.endsWith("?") ? " " : ". ";
        command.getErr()
                .println("convergence: " + message + end + "See "
                        + command.getCommandSpec().qualifiedName() + " --help.");
        return ExitCode.USAGE;
    }

    /** What to say where a command was meant that does not exist. */
    private static Optional<String> noCommand(CommandLine.ParameterException e) {
        Set<String> commands = e.getCommandLine().getSubcommands().keySet();
        if (commands.isEmpty()
                || !(e instanceof CommandLine.UnmatchedArgumentException unmatched)
                || unmatched.isUnknownOption()) {
            return Optional.empty();
        }

        return Optional.of("'" + unmatched.getUnmatched().get(0) + "' is no command of "
                + e.getCommandLine().getCommandSpec().qualifiedName() + ". Use "
                + (commands.size() > 1 ? "one of " : "") + String.join(", ", commands));
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed) {
        if (e instanceof OutputClosedException) {
            return ExitCode.DONE;
        }

        command.getOut().flush();
        command.getErr().println("convergence: " + oneLine(e));
        if (debugging(parsed)) {
            e.printStackTrace(command.getErr());
        } else if (!(e instanceof ConvergenceException) && !(e instanceof UsageException)) {
            command.getErr().println("convergence: This is unexpected; run again with --debug for the stack trace.");
        }
        command.getErr().flush();

        return usage(e) ? ExitCode.USAGE : ExitCode.DATA;
    }

    /** A configuration file that is wrong is wrong usage, not broken data. */
    private static boolean usage(Exception e) {
        return e instanceof UsageException
                || e instanceof InvalidSourceSchemaException
                || e instanceof InvalidMappingException
                || e instanceof InvalidConfigurationException;
    }

    private static boolean debugging(ParseResult parsed) {
        for (ParseResult level = parsed; level != null; level = level.hasSubcommand() ? level.subcommand() : null) {
            if (level.hasMatchedOption("--debug")) {
                return true;
            }
        }

        return false;
    }

    static String oneLine(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isBlank()
                ? e.getClass().getSimpleName()
                : message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
