import RefoldModel

/// The word that somebody meant: one that begins with what was typed, else the nearest within a slip of the hand.
package func nearestWord(to typed: String, among words: some Sequence<String>) -> String? {
    guard typed.count > 1 else { return nil }
    return words.first { $0.hasPrefix(typed) } ?? NearestWord.of(typed, among: words)
}

/// The question that a near word is worth.
package func didYouMean(_ word: String?) -> String? { word.map { "did you mean `\($0)`?" } }
