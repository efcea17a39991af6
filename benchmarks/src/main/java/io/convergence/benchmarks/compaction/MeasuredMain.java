package io.convergence.benchmarks.compaction;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Runs another main class in this process and says at the end what the process has used. Needs nothing but the JDK, so that
 * programs with class paths of their own can be run by it too.
 */
public final class MeasuredMain {
    /** Begins the line that tells. */
    static final String MARK = "measured ";

    private static final Path STATUS = Path.of("/proc/self/status");

    private MeasuredMain() {}

    /**
     * Runs and tells.
     *
     * @param arguments a class with a main method, and its arguments
     */
    public static void main(String[] arguments) throws Exception {
        try {
            Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException e) {
            e.printStackTrace();
            System.exit(1);
        }

        var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        System.out.println(MARK + process.getProcessCpuTime() + " " + peakResidentBytes());
        System.out.flush();
        // What is left running, as threads of an engine, is none of the work.
        Runtime.getRuntime().halt(0);
    }

    /** 0 where the system does not tell. */
    private static long peakResidentBytes() throws IOException {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }

        List<String> lines = Files.readAllLines(STATUS);
        return lines.stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }
}
