package io.convergence.source;

/** A database engine DMS replicates from. */
public enum SourceEngine {
    ORACLE,
    SQL_SERVER,
    MYSQL,
    MARIADB,
    POSTGRESQL,
    SAP_ASE,
    MONGODB,
    DOCUMENTDB
}
