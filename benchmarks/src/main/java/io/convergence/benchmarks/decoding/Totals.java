package io.convergence.benchmarks.decoding;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a program makes of all cells: the same of the same files, whoever reads them. Not thread-safe. */
final class Totals {
    private static final String FILE = "totals.txt";

    long rows;
    long textBytes;
    long wholes;
    long unscaled;
    long lastDay;
    long lastMicros;

    /** Reads a set once. */
    interface Pass {
        Totals read() throws Exception;
    }

    /**
     * Reads as often as the third argument says, and leaves behind what came out and the CPU time of the passes after the first.
     *
     * @param arguments of the program: the set's folder, the output's, how many passes
     */
    static void run(String[] arguments, Pass pass) throws Exception {
        Totals totals = pass.read();
        int passes = Integer.parseInt(arguments[2]);
        var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var seconds = new StringBuilder();
        for (int i = 1; i < passes; i++) {
            long start = process.getProcessCpuTime();
            pass.read();
            seconds.append(' ').append((process.getProcessCpuTime() - start) / 1e9);
        }
        Files.writeString(
                Path.of(arguments[1], FILE), totals + "\n" + seconds.toString().trim());
    }

    /** Two lines: the totals, and CPU seconds of the passes after the first. */
    static String[] left(Path output) throws IOException {
        return Files.readString(output.resolve(FILE)).split("\n", -1);
    }

    @Override
    public String toString() {
        return rows + " rows: " + textBytes + " bytes of text, whole numbers " + wholes + ", decimals " + unscaled
                + ", last day " + lastDay + ", last microsecond " + lastMicros;
    }
}
