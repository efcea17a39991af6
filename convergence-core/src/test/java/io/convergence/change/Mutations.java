package io.convergence.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Reads damaged files in a process of its own, whose memory is small and whose clock runs: see {@link MutationTest}. Each mutation
 * has a seed of its own, so that one that failed can be repeated alone.
 */
final class Mutations {
    private static final long MOST_NANOS = 5_000_000_000L;
    private static final int MOST_FAILURES = 20;

    /** How a damaged file came out, apart from failing. */
    enum Outcome {
        REFUSED,
        READ
    }

    /** Files of one format, and what may become of them. */
    interface Mutants {
        String name();

        /** Damages a file and reads it. @throws AssertionError if something came out that must not */
        Outcome next(Random random);
    }

    private static volatile String current = "";
    private static volatile long began = System.nanoTime();

    private Mutations() {}

    /** @param arguments first seed, how many, and the name of a format or none for all */
    public static void main(String[] arguments) {
        long seed = Long.parseLong(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        List<String> failures = new ArrayList<>();
        // Of ten files six are Parquet, which has the most to damage.
        List<Mutants> formats =
                new ArrayList<>(List.of(new CsvMutants(), new GzipMutants(), new CsvMutants(), new GzipMutants()));
        Mutants parquet = new ParquetMutants();
        for (int i = 0; i < 6; i++) {
            formats.add(parquet);
        }
        began = System.nanoTime();
        watch();
        int[][] outcomes = new int[3][Outcome.values().length];
        for (int i = 0; i < count && failures.size() < MOST_FAILURES; i++) {
            long own = seed + i;
            Mutants format = formats.get((int) Math.floorMod(own, (long) formats.size()));
            if (arguments.length > 2 && !format.name().equals(arguments[2])) {
                continue;
            }

            current = format.name() + " seed " + own;
            began = System.nanoTime();
            try {
                Outcome outcome = format.next(new Random(own * 0x9E3779B97F4A7C15L));
                outcomes[List.of("parquet", "csv", "gzip").indexOf(format.name())][outcome.ordinal()]++;
            } catch (RuntimeException | Error e) {
                StringBuilder text = new StringBuilder("FAILED " + current + ": " + e);
                for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                    StackTraceElement[] trace = cause.getStackTrace();
                    for (int frame = 0; frame < Math.min(12, trace.length); frame++) {
                        text.append("\n    ").append(trace[frame]);
                    }
                }
                failures.add(text.toString());
            }
        }

        failures.forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "DONE parquet %d refused %d read, csv %d refused %d read, gzip %d refused %d read, %d failed%n",
                outcomes[0][0],
                outcomes[0][1],
                outcomes[1][0],
                outcomes[1][1],
                outcomes[2][0],
                outcomes[2][1],
                failures.size());
        System.exit(failures.isEmpty() ? 0 : 1);
    }

    /** Ends the process when one file takes too long; nothing else would. */
    private static void watch() {
        Thread watchdog = new Thread(() -> {
            while (System.nanoTime() - began < MOST_NANOS) {
                try {
                    Thread.sleep(100);
                } catch (InterruptedException e) {
                    return;
                }
            }
            System.out.println("HANGS " + current);
            System.out.flush();
            Runtime.getRuntime().halt(3);
        });
        watchdog.setDaemon(true);
        watchdog.start();
    }

    /** A refusal must be typed, and none of the forms in which a process runs out of something. */
    static void demandTyped(RuntimeException refusal) {
        if (!(refusal instanceof RawFileException)) {
            throw new AssertionError("refused without a type", refusal);
        }
        for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
            if (cause instanceof VirtualMachineError) {
                throw new AssertionError("ran out of memory or stack", refusal);
            }
        }
    }

    static void demand(boolean given, String otherwise) {
        if (!given) {
            throw new AssertionError(otherwise);
        }
    }
}
