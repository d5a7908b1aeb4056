package dev.trine.quality;

/** What issues can be searched by. */
public enum IssueColumn {
    /** In lower case. */
    STATUS,
    SOURCE_RUN
}
