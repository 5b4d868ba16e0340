import RefoldModel

/// The word that somebody meant: one that begins with what was typed, else the nearest within a slip of the hand, else
/// one of which letters were left out.
package func nearestWord(to typed: String, among words: some Sequence<String>) -> String? {
    guard typed.count > 1 else { return nil }
    return words.first { $0.hasPrefix(typed) } ?? NearestWord.of(typed, among: words)
        ?? words.filter { isAbbreviation(typed, of: $0) }.min { $0.count < $1.count }
}

/// Whether letters were left out behind the first one, no more than were typed: `rlbck` for `rollback`.
private func isAbbreviation(_ typed: String, of word: String) -> Bool {
    guard typed.count > 2, word.count <= 2 * typed.count, typed.first == word.first else { return false }
    var rest = Substring(word)
    return typed.lowercased().allSatisfy { letter in
        guard let place = rest.firstIndex(of: letter) else { return false }
        rest = rest[rest.index(after: place)...]
        return true
    }
}

/// The question that a near word is worth.
package func didYouMean(_ word: String?) -> String? { word.map { "did you mean `\($0)`?" } }
