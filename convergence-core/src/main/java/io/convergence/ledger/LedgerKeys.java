package io.convergence.ledger;

import io.convergence.TableId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a table's slots are: {@code <control>/<schema>/<table>/log/<20 digits>.json}, its checkpoints: {@code
 * …/checkpoints/<20 digits>.json.gz}, numbered downwards so that a listing begins with the newest, and its tails: {@code
 * …/tails/<20 digits>.txt.gz}, by the slot they end with. Names are escaped so that each table has one folder.
 */
final class LedgerKeys {
    private static final int DIGITS = 20;
    private static final String ZEROS = "0".repeat(DIGITS);
    private static final String EXTENSION = ".json";
    private static final String CHECKPOINT_EXTENSION = ".json.gz";
    private static final String TAIL_EXTENSION = ".txt.gz";
    private static final String LARGEST = "0" + Long.MAX_VALUE;

    private final String control;
    private final String tableFolder;
    private final String log;
    private final String checkpoints;
    private final String tails;

    LedgerKeys(String controlPrefix, TableId table) {
        control = controlPrefix.isEmpty() || controlPrefix.endsWith("/") ? controlPrefix : controlPrefix + "/";
        tableFolder = escape(table.schema()) + "/" + escape(table.name()) + "/";
        log = control + tableFolder + "log/";
        checkpoints = control + tableFolder + "checkpoints/";
        tails = control + tableFolder + "tails/";
    }

    /** Empty, or with a slash at its end. */
    String control() {
        return control;
    }

    String tableFolder() {
        return tableFolder;
    }

    String log() {
        return log;
    }

    String checkpoints() {
        return checkpoints;
    }

    /** Of the state at a slot. */
    String checkpoint(long slot) {
        return checkpoints + digits(Long.MAX_VALUE - slot) + CHECKPOINT_EXTENSION;
    }

    /** The slot of a checkpoint; empty if the key is none's. */
    OptionalLong checkpointSlot(String key) {
        OptionalLong number = number(key.substring(checkpoints.length()), CHECKPOINT_EXTENSION);
        return number.isEmpty() ? number : OptionalLong.of(Long.MAX_VALUE - number.getAsLong());
    }

    String tails() {
        return tails;
    }

    /** Of the texts of slots up to one. */
    String tail(long slot) {
        return tails + digits(slot) + TAIL_EXTENSION;
    }

    /** The slot a tail ends with; empty if the key is none's. */
    OptionalLong tailSlot(String key) {
        return number(key.substring(tails.length()), TAIL_EXTENSION);
    }

    String slot(long number) {
        return log + digits(number) + EXTENSION;
    }

    /** Empty if the key is none of the log's slots. */
    OptionalLong number(String key) {
        return number(key.substring(log.length()), EXTENSION);
    }

    private static String digits(long number) {
        String digits = Long.toString(number);
        return ZEROS.substring(digits.length()) + digits;
    }

    private static OptionalLong number(String name, String extension) {
        if (name.length() != DIGITS + extension.length() || !name.endsWith(extension)) {
            return OptionalLong.empty();
        }

        for (int i = 0; i < DIGITS; i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }

        String digits = name.substring(0, DIGITS);
        return digits.compareTo(LARGEST) <= 0 ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }

    /** The table of a folder {@code schema/table/} below the control prefix; empty if it is none's. */
    static Optional<TableId> table(String folder) {
        String[] names = folder.split("/", -1);
        if (names.length != 3 || names[0].isEmpty() || names[1].isEmpty()) {
            return Optional.empty();
        }

        try {
            TableId table = TableId.of(unescape(names[0]), unescape(names[1]));
            boolean same = folder.equals(escape(table.schema()) + "/" + escape(table.name()) + "/");
            return same ? Optional.of(table) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String unescape(String escaped) {
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != '%') {
                bytes.write(c);
                continue;
            }
            if (i + 2 >= escaped.length()) {
                throw new IllegalArgumentException("Cannot read the name '" + escaped + "': it ends within '%XX'.");
            }

            bytes.write(HexFormat.fromHexDigits(escaped, i + 1, i + 3));
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Letters, digits, {@code _} and {@code -} stay; every other byte of UTF-8 becomes {@code %XX}. Reversible, and safe as a file name. */
    static String escape(String name) {
        var escaped = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-') {
                escaped.append(c);
            } else {
                escaped.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            }
        }

        return escaped.toString();
    }
}
