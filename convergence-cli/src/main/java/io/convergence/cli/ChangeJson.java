package io.convergence.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.convergence.change.CellState;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.schema.Column;
import java.io.IOException;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * A change as one line of JSON. Nothing is lost: decimals, 64-bit integers, dates and timestamps are text, bytes
 * base64, NaN and the infinities text. A cell the file does not hold (ABSENT) is left out of {@code values}.
 */
final class ChangeJson {
    private ChangeJson() {}

    static String line(ChangeRecord change) {
        return JsonLine.object(json -> {
            json.writeStringField("file", change.origin().key());
            json.writeNumberField("row", change.origin().row());
            json.writeStringField("table", change.table().toString());
            JsonLine.text(
                    json,
                    "op",
                    change.recordedOperation()
                            .map(Operation::letter)
                            .map(String::valueOf)
                            .orElse(null));
            JsonLine.text(
                    json,
                    "commitTimestamp",
                    change.timestamp().map(Object::toString).orElse(null));
            JsonLine.text(
                    json,
                    "changeSequence",
                    change.sequence().map(Object::toString).orElse(null));
            values(json, change.image());
        });
    }

    private static void values(JsonGenerator json, RowImage image) throws IOException {
        List<String> unknown = new ArrayList<>();
        json.writeObjectFieldStart("values");
        for (int i = 0; i < image.columns().size(); i++) {
            Column column = image.columns().get(i);
            CellState state = image.state(i);
            switch (state) {
                case PRESENT -> {
                    json.writeFieldName(column.name());
                    value(json, image, i);
                }
                case NULL -> json.writeNullField(column.name());
                case UNKNOWN -> unknown.add(column.name());
                case ABSENT -> {}
            }
        }
        json.writeEndObject();
        JsonLine.texts(json, "unknown", unknown);
    }

    private static void value(JsonGenerator json, RowImage image, int column) throws IOException {
        switch (image.columns().get(column).type().kind()) {
            case BOOLEAN -> json.writeBoolean(image.booleanValue(column));
            case INT1, INT2, INT4, UINT1, UINT2, UINT4 -> json.writeNumber(image.longValue(column));
            case REAL4 -> {
                float value = image.floatValue(column);
                if (Float.isFinite(value)) {
                    json.writeNumber(value);
                } else {
                    json.writeString(Float.toString(value));
                }
            }
            case REAL8 -> {
                double value = image.doubleValue(column);
                if (Double.isFinite(value)) {
                    json.writeNumber(value);
                } else {
                    json.writeString(Double.toString(value));
                }
            }
            case NUMERIC -> json.writeString(image.decimalValue(column).toPlainString());
            case BYTES, BLOB -> json.writeString(image.bytesValue(column).toBase64());
            case TIME -> json.writeString(DateTimeFormatter.ISO_LOCAL_TIME.format(image.timeValue(column)));
            case DATETIME ->
                json.writeString(DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(image.dateTimeValue(column)));
            case INT8, UINT8, STRING, WSTRING, CLOB, NCLOB, DATE ->
                json.writeString(image.value(column).toString());
        }
    }
}
