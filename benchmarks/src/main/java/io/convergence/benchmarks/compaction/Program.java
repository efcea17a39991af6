package io.convergence.benchmarks.compaction;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A program to be run in a process of its own.
 *
 * @param name short, e.g. {@code duckdb-1}
 * @param title for people
 * @param main a class with a main method, which is given the input, the output and then the arguments
 * @param jvm flags of the Java that runs it
 * @param archived whether its classes come from an archive that a run before the first made (class data sharing)
 */
public record Program(
        String name,
        String title,
        String main,
        List<String> jvm,
        String classPath,
        List<String> arguments,
        boolean archived) {
    public Program {
        jvm = List.copyOf(jvm);
        arguments = List.copyOf(arguments);
    }

    public Program(String name, String title, String main, List<String> jvm, String classPath, List<String> arguments) {
        this(name, title, main, jvm, classPath, arguments, false);
    }

    /**
     * Makes the archive of its classes if it is to have one, beside the output's folder, by a run that is not measured.
     *
     * @throws IOException if the program fails; with what it printed
     */
    public void prepare(Path input, Path output) throws IOException, InterruptedException {
        if (archived) {
            run(List.of("-XX:ArchiveClassesAtExit=" + archive(output)), input, output);
        }
    }

    private Path archive(Path output) {
        return output.resolveSibling(name + ".jsa");
    }

    /**
     * Runs it and measures the process; with its archive, if it is to have one, from {@link #prepare}.
     *
     * @throws IOException if the program fails; with what it printed
     */
    public Usage run(Path input, Path output) throws IOException, InterruptedException {
        return run(
                archived ? List.of("-Xshare:on", "-XX:SharedArchiveFile=" + archive(output)) : List.of(),
                input,
                output);
    }

    private Usage run(List<String> sharing, Path input, Path output) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(sharing);
        command.addAll(List.of(
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath,
                MeasuredMain.class.getName(),
                main,
                input.toString(),
                output.toString()));
        command.addAll(arguments);

        long start = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        double wall = (System.nanoTime() - start) / 1e9;
        String[] figures = Arrays.stream(printed.split("\n"))
                .filter(line -> line.startsWith(MeasuredMain.MARK))
                .map(line -> line.substring(MeasuredMain.MARK.length()).split(" "))
                .findFirst()
                .orElse(new String[0]);
        if (code != 0 || figures.length != 2) {
            throw new IOException("Cannot measure " + name + ": the process ended with " + code + ".\n" + printed);
        }

        return new Usage(wall, Long.parseLong(figures[0]) / 1e9, Long.parseLong(figures[1]));
    }
}
