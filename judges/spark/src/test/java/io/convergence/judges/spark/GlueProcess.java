package io.convergence.judges.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A job of judges/fixtures in a process as Glue has it: Spark's jars first, then the relocated core, then the job. Nothing of
 * core as it is, and none of the jars core would bring.
 */
record GlueProcess(int exitCode, List<String> lines, String errors, int sparkJars) {
    private static final String JOB = "io.convergence.judges.fixtures.GlueJob";
    private static final long MINUTES = 3;

    static GlueProcess run(Path relocated, Path cases) throws IOException, InterruptedException {
        List<String> spark = classPathOfSpark();
        Path job = cases.resolveSibling("classes");
        List<String> path = new ArrayList<>(spark);
        path.add(relocated.toString());
        path.add(job.toString());

        Path out = Files.createTempFile("glue-job", ".out");
        Path errors = Files.createTempFile("glue-job", ".err");
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx1g",
                            "-cp",
                            String.join(File.pathSeparator, path),
                            JOB,
                            cases.toString(),
                            "relocated")
                    .redirectOutput(out.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("Cannot judge: the job did not end within " + MINUTES + " minutes.");
            }

            return new GlueProcess(
                    process.exitValue(), Files.readAllLines(out), Files.readString(errors), spark.size());
        } finally {
            Files.delete(out);
            Files.delete(errors);
        }
    }

    /** The class path of this test without what the test itself adds. */
    private static List<String> classPathOfSpark() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> jars = Stream.of(all.split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .filter(entry -> !entry.contains("convergence-judge")
                        && !entry.matches(".*/(org/junit|org/assertj|org/jspecify)/.*"))
                .toList();
        if (jars.stream().noneMatch(jar -> jar.endsWith("parquet-hadoop-1.13.1.jar"))
                || jars.stream().anyMatch(jar -> jar.contains("convergence-core"))) {
            throw new IllegalStateException("Cannot judge: the class path is not Spark 3.5.6's alone: " + jars + ".");
        }

        return jars;
    }
}
