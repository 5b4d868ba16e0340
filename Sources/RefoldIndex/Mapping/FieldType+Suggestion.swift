import RefoldModel

extension FieldType {
    /// The types that there are, the one that was meant first.
    static func suggestion(near word: String) -> String {
        let types = allCases.map(\.rawValue) + ["object", "alias"]
        let all = "types: " + types.joined(separator: " ")
        // `string` is a type of the document, not of the mapping.
        if NearestWord.of(word, among: ["string"]) != nil {
            return "did you mean `keyword` or `text`? \(all)"
        }
        return NearestWord.of(word, among: types).map { "did you mean `\($0)`? \(all)" } ?? all
    }
}
