package io.convergence.testkit.ledger.simulation;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the library logs at any level, from here until it is closed; it goes nowhere else meanwhile. */
final class LogCapture implements AutoCloseable {
    private static final String LIBRARY = "io.convergence";
    private static final List<String> LEVELS = List.of(
            "org.slf4j.simpleLogger.log." + LIBRARY,
            // What the properties of the tests say of single loggers.
            "org.slf4j.simpleLogger.log.io.convergence.ledger.Ledger");
    private static final int TRACE = 0;

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final Map<Logger, Integer> levels = new HashMap<>();

    LogCapture() throws ReflectiveOperationException {
        LEVELS.forEach(level -> System.setProperty(level, "trace"));
        for (Logger logger : known()) {
            Field level = level(logger);
            levels.put(logger, level.getInt(logger));
            level.setInt(logger, TRACE);
        }
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    /** Those that are there already took their level from what was set before. */
    private static List<Logger> known() throws ReflectiveOperationException {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        Field loggers = factory.getClass().getDeclaredField("loggerMap");
        loggers.setAccessible(true);
        return ((Map<?, ?>) loggers.get(factory))
                .values().stream()
                        .map(Logger.class::cast)
                        .filter(logger -> logger.getName().startsWith(LIBRARY))
                        .toList();
    }

    private static Field level(Logger logger) throws ReflectiveOperationException {
        Field level = logger.getClass().getDeclaredField("currentLogLevel");
        level.setAccessible(true);
        return level;
    }

    String text() {
        return log.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws ReflectiveOperationException {
        System.setErr(before);
        LEVELS.forEach(System::clearProperty);
        for (Map.Entry<Logger, Integer> known : levels.entrySet()) {
            level(known.getKey()).setInt(known.getKey(), known.getValue());
        }
    }
}
