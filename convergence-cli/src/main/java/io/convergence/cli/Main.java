package io.convergence.cli;

import io.convergence.ConvergenceException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The command line: exit code 0 done, 1 data or findings, 2 usage; one clear line on stderr. */
@Command(
        name = "convergence",
        description = "Reads, compacts and merges what AWS DMS wrote to S3.",
        subcommands = {
            FilesCommand.class,
            ChangesCommand.class,
            InspectCommand.class,
            DoctorCommand.class,
            CompactCommand.class,
            SnapshotCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "URI is a local file or folder, file:… or s3://bucket/prefix (credentials and region from the AWS default chain).",
            "Exit code: 0 done, 1 broken data or findings that need a person, 2 wrong usage.",
            "Help on a command: convergence COMMAND --help"
        })
public final class Main implements Runnable {
    @Option(names = "--debug", description = "Print the stack trace of an error.", scope = ScopeType.INHERIT)
    private boolean debug;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run
    private CommandLine.Model.CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        var out = new PrintWriter(new java.io.OutputStreamWriter(System.out, StandardCharsets.UTF_8), false);
        var err = new PrintWriter(new java.io.OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        int code = run(out, err, arguments);
        out.flush();
        System.exit(code);
    }

    /** The same without ending the process. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Main::failed)
                .setParameterExceptionHandler(Main::misused)
                .execute(arguments);
    }

    @Override
    public void run() {
        throw new UsageException("a command is missing: files, changes, compact or snapshot. See convergence --help.");
    }

    private static int misused(CommandLine.ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        command.getErr()
                .println("convergence: " + oneLine(e) + " See "
                        + command.getCommandSpec().qualifiedName() + " --help.");
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed) {
        command.getErr().println("convergence: " + oneLine(e));
        if (debugging(parsed)) {
            e.printStackTrace(command.getErr());
        } else if (!(e instanceof ConvergenceException)
                && !(e instanceof UsageException)
                && !(e instanceof IllegalArgumentException)) {
            command.getErr().println("convergence: this is unexpected; run again with --debug for the stack trace.");
        }
        command.getErr().flush();

        return e instanceof UsageException || e instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.DATA;
    }

    private static boolean debugging(ParseResult parsed) {
        for (ParseResult level = parsed; level != null; level = level.hasSubcommand() ? level.subcommand() : null) {
            if (level.hasMatchedOption("--debug")) {
                return true;
            }
        }

        return false;
    }

    private static String oneLine(Exception e) {
        String message = e.getMessage();
        return message == null || message.isBlank()
                ? e.getClass().getSimpleName()
                : message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
