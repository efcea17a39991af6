package io.convergence.cli;

import java.util.Map;

/** What is known of the place where output is shown. */
final class Terminal {
    private Terminal() {}

    /** Whether a person watches. Since JDK 22 there may be a console without a terminal, and a method that tells. */
    @SuppressWarnings("SystemConsoleNull") // that method is asked below
    static boolean watched() {
        java.io.Console console = System.console();
        if (console == null) {
            return false;
        }

        try {
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** Whether to write in colour: only where a person watches, and not against {@code NO_COLOR} or a terminal that cannot. */
    static boolean colours(boolean watched, Map<String, String> environment) {
        return watched
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }
}
