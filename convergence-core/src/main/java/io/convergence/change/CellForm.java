package io.convergence.change;

/** How a physical Parquet value becomes a stored cell. */
enum CellForm {
    BOOLEAN,
    BOOLEAN_AS_TEXT,
    TEXT_AS_BOOLEAN,
    INT32,
    INT64,
    INT32_AS_DECIMAL,
    INT64_AS_DECIMAL,
    UINT64_AS_DECIMAL,
    DECIMAL32,
    DECIMAL64,
    DECIMAL_BYTES,
    /** Of a column that was widened: the values are whole. */
    DECIMAL_AS_WHOLE,
    FLOAT,
    FLOAT_AS_DOUBLE,
    DOUBLE,
    /** Of a column that was widened: the values are floats. */
    DOUBLE_AS_FLOAT,
    TEXT,
    UUID_AS_TEXT,
    BYTES,
    DATE,
    TIME32,
    TIME64,
    DATETIME,
    INT96
}
