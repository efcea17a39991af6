package io.convergence.ledger;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Outputs of a run lie in a folder {@code gen-SLOT-RANDOM} below a folder of the table: the slot is the only one at which
 * a commit can come to refer to them.
 */
final class Generation {
    private static final Pattern FOLDER = Pattern.compile("(?:gen|log)-(\\d{1,19})-[0-9a-f]+/.+", Pattern.DOTALL);

    private Generation() {}

    /**
     * The slot an object's writer planned to take; empty if the object is no output.
     *
     * @param folder of the table, with its slash
     */
    static OptionalLong slot(String folder, String key) {
        if (!key.startsWith(folder)) {
            return OptionalLong.empty();
        }

        Matcher matcher = FOLDER.matcher(key.substring(folder.length()));
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }

        try {
            return OptionalLong.of(Long.parseLong(matcher.group(1)));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
