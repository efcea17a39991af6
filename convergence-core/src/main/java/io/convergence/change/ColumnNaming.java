package io.convergence.change;

import java.util.Locale;

/** How the name of a record's component stands for the name of a column, where no {@link ColumnName} says so. */
public enum ColumnNaming {
    /** {@code orderId} is the column {@code orderId}. */
    EXACT,
    /** {@code orderId} is the column {@code orderid} in any case, as databases that fold names have it. */
    IGNORE_CASE,
    /** {@code orderId} is the column {@code order_id} or {@code orderid} in any case. */
    SNAKE_CASE;

    boolean matches(String component, String column) {
        return switch (this) {
            case EXACT -> column.equals(component);
            case IGNORE_CASE -> column.equalsIgnoreCase(component);
            case SNAKE_CASE -> column.equalsIgnoreCase(component) || column.equalsIgnoreCase(snake(component));
        };
    }

    /** A digit stays with the word before it: {@code line2Text} is {@code line2_text}. */
    private static String snake(String component) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < component.length(); i++) {
            char letter = component.charAt(i);
            boolean upper = Character.isUpperCase(letter);
            boolean afterLower = i > 0 && !Character.isUpperCase(component.charAt(i - 1));
            boolean beforeLower = i + 1 < component.length() && Character.isLowerCase(component.charAt(i + 1));
            if (upper && i > 0 && (afterLower || beforeLower) && component.charAt(i - 1) != '_') {
                text.append('_');
            }
            text.append(letter);
        }
        return text.toString().toLowerCase(Locale.ROOT);
    }
}
