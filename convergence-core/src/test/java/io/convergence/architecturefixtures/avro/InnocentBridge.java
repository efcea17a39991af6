package io.convergence.architecturefixtures.avro;

import io.convergence.architecturefixtures.change.Seen;
import org.apache.avro.Schema;

/** The one place whose API may name Avro. */
public final class InnocentBridge {
    Seen row = new Seen();

    public Schema schema() {
        return Schema.create(Schema.Type.INT);
    }
}
