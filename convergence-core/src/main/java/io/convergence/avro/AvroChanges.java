package io.convergence.avro;

import io.convergence.TableId;
import io.convergence.change.CellState;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ChangeSequence;
import io.convergence.change.RowImage;
import io.convergence.schema.Column;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * One table's changes as Avro records that lose nothing:
 *
 * <pre>
 * op               "I", "U" or "D"
 * commitTimestamp  timestamp-micros or null; of a full-load row its arrival
 * changeSequence   string or null
 * position         string, see ChangePosition.encode()
 * file, row        where the change was first written; rows from 0
 * image            the row: see AvroRows
 * unknown          names of columns whose cells the change did not log (rule S8)
 * absent           names of columns the file or the change does not have
 * before           the key before the change, or null
 * </pre>
 *
 * Immutable; thread-safe.
 */
public final class AvroChanges {
    private final AvroRows rows;
    private final Schema schema;

    private AvroChanges(AvroRows rows, Schema schema) {
        this.rows = rows;
        this.schema = schema;
    }

    /** @param columns those of the changes, e.g. {@code ChangeCursor.columns()} */
    public static AvroChanges of(TableId table, List<Column> columns) {
        AvroRows rows = AvroRows.of(table, columns);
        Schema image = rows.schema();
        Schema timestamp = LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
        Schema schema = SchemaBuilder.record(image.getName() + "_change")
                .namespace(image.getNamespace())
                .fields()
                .requiredString("op")
                .name("commitTimestamp")
                .type(Schema.createUnion(Schema.create(Schema.Type.NULL), timestamp))
                .withDefault(null)
                .optionalString("changeSequence")
                .requiredString("position")
                .requiredString("file")
                .requiredLong("row")
                .name("image")
                .type(image)
                .noDefault()
                .name("unknown")
                .type()
                .array()
                .items()
                .stringType()
                .noDefault()
                .name("absent")
                .type()
                .array()
                .items()
                .stringType()
                .noDefault()
                .name("before")
                .type(Schema.createUnion(Schema.create(Schema.Type.NULL), image))
                .withDefault(null)
                .endRecord();
        return new AvroChanges(rows, schema);
    }

    public Schema schema() {
        return schema;
    }

    /** The view of the rows inside. */
    public AvroRows rows() {
        return rows;
    }

    /** @throws IllegalArgumentException if the change has a column that was not given @throws AvroConversionException as in {@link AvroRows#record} */
    public GenericRecord record(ChangeRecord change) {
        GenericData.Record record = new GenericData.Record(schema);
        record.put("op", String.valueOf(change.operation().letter()));
        change.timestamp().map(AvroChanges::micros).ifPresent(micros -> record.put("commitTimestamp", micros));
        change.sequence().map(ChangeSequence::text).ifPresent(text -> record.put("changeSequence", text));
        record.put("position", change.position().encode());
        record.put("file", change.origin().key());
        record.put("row", change.origin().row());
        record.put("image", rows.record(change.image()));
        record.put("unknown", columnsThatAre(CellState.UNKNOWN, change.image()));
        record.put("absent", columnsThatAre(CellState.ABSENT, change.image()));
        change.before().map(rows::record).ifPresent(before -> record.put("before", before));
        return record;
    }

    /** Columns of this view that the row does not have are absent, too. */
    private List<String> columnsThatAre(CellState state, RowImage row) {
        List<String> names = new ArrayList<>();
        for (Column column : rows.columns()) {
            if (row.state(column.name()) == state) {
                names.add(column.name());
            }
        }
        return names;
    }

    private static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
    }
}
