package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * A transformation that hides the data of a column (DMS guide, "Data masking"; engine 3.5.4 or later). It may stand beside a
 * change-data-type of the same column. That S3 targets take it is not documented, nor the contrary. Immutable and thread-safe.
 */
public sealed interface MaskingRule extends TransformationRule {
    /**
     * Action {@code data-masking-digits-mask}: each digit becomes one character. For STRING and WSTRING.
     *
     * @param value one printable ASCII character, not blank, as it was written
     */
    record DigitsMask(String id, String name, ObjectLocator locator, String value, Map<String, String> otherKeys)
            implements MaskingRule {
        public DigitsMask {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(locator, "locator");
            requireNonNull(value, "value");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public RuleTarget target() {
            return RuleTarget.COLUMN;
        }

        @Override
        public DigitsMask withId(String newId) {
            return new DigitsMask(newId, name, locator, value, otherKeys);
        }

        @Override
        public DigitsMask withName(String newName) {
            return new DigitsMask(id, newName, locator, value, otherKeys);
        }
    }

    /** Action {@code data-masking-digits-randomize}: each digit becomes a random one. For STRING, WSTRING, NUMERIC and whole numbers. */
    record DigitsRandomize(String id, String name, ObjectLocator locator, Map<String, String> otherKeys)
            implements MaskingRule {
        public DigitsRandomize {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(locator, "locator");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public RuleTarget target() {
            return RuleTarget.COLUMN;
        }

        @Override
        public DigitsRandomize withId(String newId) {
            return new DigitsRandomize(newId, name, locator, otherKeys);
        }

        @Override
        public DigitsRandomize withName(String newName) {
            return new DigitsRandomize(id, newName, locator, otherKeys);
        }
    }

    /** Action {@code data-masking-hash-mask}: the SHA-256 of the value, {@value #LENGTH} hexadecimal digits. For STRING and WSTRING of that length or more. */
    record HashMask(String id, String name, ObjectLocator locator, Map<String, String> otherKeys)
            implements MaskingRule {
        /** The length of a hashed value, in characters. */
        public static final int LENGTH = 64;

        public HashMask {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(locator, "locator");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public RuleTarget target() {
            return RuleTarget.COLUMN;
        }

        @Override
        public HashMask withId(String newId) {
            return new HashMask(newId, name, locator, otherKeys);
        }

        @Override
        public HashMask withName(String newName) {
            return new HashMask(id, newName, locator, otherKeys);
        }
    }
}
