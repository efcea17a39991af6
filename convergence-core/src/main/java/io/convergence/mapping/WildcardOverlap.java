package io.convergence.mapping;

import java.util.ArrayList;
import java.util.List;

/** Whether some name matches two patterns at once. */
final class WildcardOverlap {
    private final List<Part> left;
    private final List<Part> right;

    /** Pairs of places from which no common name follows. */
    private final boolean[][] dead;

    private WildcardOverlap(List<Part> left, List<Part> right) {
        this.left = left;
        this.right = right;
        this.dead = new boolean[left.size() + 1][right.size() + 1];
    }

    static boolean of(String one, String other) {
        return new WildcardOverlap(parts(one), parts(other)).from(0, 0);
    }

    private boolean from(int i, int j) {
        if (i == left.size() && j == right.size()) {
            return true;
        }
        if (dead[i][j]) {
            return false;
        }

        boolean found = (i < left.size()
                        && left.get(i).any()
                        && (from(i + 1, j) || (j < right.size() && from(i, j + 1))))
                || (j < right.size() && right.get(j).any() && (from(i, j + 1) || (i < left.size() && from(i + 1, j))))
                || (i < left.size() && j < right.size() && left.get(i).meets(right.get(j)) && from(i + 1, j + 1));
        dead[i][j] = !found;
        return found;
    }

    private static List<Part> parts(String pattern) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '%') {
                parts.add(new Part(true, ""));
            } else if (c == '_') {
                parts.add(new Part(false, Character.MIN_VALUE + "" + Character.MAX_VALUE));
            } else if (c == '[') {
                int end = pattern.indexOf(']', i);
                parts.add(new Part(false, ranges(pattern.substring(i + 1, end))));
                i = end;
            } else {
                parts.add(new Part(false, c + "" + c));
            }
        }
        return parts;
    }

    private static String ranges(String members) {
        StringBuilder ranges = new StringBuilder();
        for (int i = 0; i < members.length(); i++) {
            char first = members.charAt(i);
            boolean range = i + 2 < members.length() && members.charAt(i + 1) == '-';
            ranges.append(first).append(range ? members.charAt(i + 2) : first);
            i += range ? 2 : 0;
        }
        return ranges.toString();
    }

    /**
     * A part of a pattern.
     *
     * @param any any number of any characters
     * @param ranges one of these characters: pairs of first and last
     */
    private record Part(boolean any, String ranges) {
        boolean meets(Part other) {
            if (any || other.any) {
                return false;
            }
            for (int i = 0; i < ranges.length(); i += 2) {
                for (int j = 0; j < other.ranges.length(); j += 2) {
                    if (ranges.charAt(i) <= other.ranges.charAt(j + 1)
                            && other.ranges.charAt(j) <= ranges.charAt(i + 1)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
