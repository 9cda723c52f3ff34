/** The memory manager: ages and reclaims pages the way a named kernel does. */
module org.multigen.engine {
    requires jdk.jfr;
    requires static transitive org.jspecify;
}
