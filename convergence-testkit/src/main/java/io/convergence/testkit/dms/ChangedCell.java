package io.convergence.testkit.dms;

import org.jspecify.annotations.Nullable;

/** A column whose type or values a rule changes. */
final class ChangedCell implements CellSource {
    private final PlainText source;
    private final @Nullable DataMask mask;
    private final TypedCell target;

    ChangedCell(PlainText source, @Nullable DataMask mask, TypedCell target) {
        this.source = source;
        this.mask = mask;
        this.target = target;
    }

    /** A type is changed first, then its values are masked: a hash needs the wider column. */
    @Override
    public @Nullable Object convert(String text) {
        if (source.type().kind().binary()) {
            Object bytes = source.sql(text);
            return bytes == null ? null : target.of(bytes);
        }

        String plain = source.of(text);
        if (plain == null) {
            return null;
        }
        return target.of(mask == null ? plain : mask.hide(plain));
    }
}
