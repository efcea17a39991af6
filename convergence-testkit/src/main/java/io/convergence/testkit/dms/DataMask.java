package io.convergence.testkit.dms;

import io.convergence.mapping.MaskingRule;
import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;

/** Hides the values of a column (DMS guide, "Using data masking to hide sensitive information"). */
interface DataMask {
    /** @param text a value in the form of {@link PlainText} */
    String hide(String text);

    /** @throws IllegalArgumentException if DMS documents no such mask for the type; the message is a clause */
    static DataMask of(MaskingRule rule, DataType type, RandomGenerator random) {
        boolean text = type.kind() == Kind.STRING || type.kind() == Kind.WSTRING;
        boolean number = type.kind() == Kind.NUMERIC || type.kind().integer() || type.kind() == Kind.UINT8;
        if (!text && !(number && rule instanceof MaskingRule.DigitsRandomize)) {
            throw new IllegalArgumentException("DMS documents no such mask for " + type);
        }
        if (rule instanceof MaskingRule.DigitsMask mask) {
            return value -> value.replaceAll("[0-9]", Matcher.quoteReplacement(mask.value()));
        }
        if (rule instanceof MaskingRule.HashMask) {
            return value -> sha256(value.getBytes(StandardCharsets.UTF_8));
        }
        return text ? value -> randomDigits(value, random) : value -> randomNumber(value, type, random);
    }

    /** In lower-case hexadecimal digits; the case is not verified. */
    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    private static String randomDigits(String text, RandomGenerator random) {
        StringBuilder hidden = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                hidden.setCharAt(i, (char) ('0' + random.nextInt(10)));
            }
        }
        return hidden.toString();
    }

    /** As many digits as before, and a number that the type holds: drawn again until it is. */
    private static String randomNumber(String text, DataType type, RandomGenerator random) {
        String drawn = randomDigits(text, random);
        while (!fits(new BigDecimal(drawn), type)) {
            drawn = randomDigits(text, random);
        }
        return drawn;
    }

    private static boolean fits(BigDecimal value, DataType type) {
        return type.kind() == Kind.NUMERIC || TypedCell.inRange(value.toBigInteger(), type.kind());
    }
}
