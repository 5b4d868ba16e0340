import RefoldBytes

extension JSONObject {
    /// These members with others laid over them, objects member by member one level down.
    func overlaid(with upper: JSONObject) -> JSONObject {
        var merged = self
        for (name, value) in upper.members {
            if case .object(var lower)? = merged[name], case .object(let inner) = value {
                for (innerName, innerValue) in inner.members { lower[innerName] = innerValue }
                merged[name] = .object(lower)
            } else {
                merged[name] = value
            }
        }
        return merged
    }
}
