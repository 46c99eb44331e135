package adfer.adapter.probe;

/** What came of one question: whether it is what was hoped for, in one plain sentence. */
record Seen(boolean yes, String sentence) {
    static Seen yes(String sentence) {
        return new Seen(true, sentence);
    }

    static Seen no(String sentence) {
        return new Seen(false, sentence);
    }
}
