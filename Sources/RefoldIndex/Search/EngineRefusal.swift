import RefoldBytes

/// Why an engine refuses a document: the error's type and the field it names, never a value.
///
/// A reason quotes the document ("Preview of field's value: …"), so nothing of it is shown but what stands in brackets
/// or quotes right behind the word that says it is a field.
struct EngineRefusal {
    /// A sentence for the reject.
    let detail: String
    /// The field to blame; nil: the reason names none.
    let field: String?

    init(_ error: JSONValue?) {
        var detail = error?["type"]?.asString ?? "refused"
        field = EngineRefusal.field(in: error?["reason"]?.asString ?? "")
        if let field { detail += ": field \(field)" }
        if let cause = error?["caused_by"]?["type"]?.asString { detail += " (\(cause))" }
        self.detail = detail
    }

    /// The field of a reason; nil: it names none.
    static func field(in reason: String) -> String? {
        let openings = [
            ("failed to parse field [", "]"), ("object mapping for [", "]"), ("field=\"", "\""),
            ("introduction of [", "]"), ("field name [", "]"), ("object field [", "]"), ("field [", "]"),
        ]
        for (opening, closing) in openings {
            guard let start = reason.firstRange(of: opening),
                let end = reason[start.upperBound...].firstRange(of: closing)
            else { continue }
            let name = reason[start.upperBound..<end.lowerBound]
            if !name.isEmpty { return String(name) }
        }
        return nil
    }
}
