/// The words that made values are put together from; some are not ASCII, as in real archives.
enum RecordVocabulary {
    static let words = [
        "amber", "anthem", "archive", "atlas", "aurora", "ballad", "beacon", "bridge", "cadence", "canyon",
        "catalogue", "chorus", "cobalt", "copper", "delta", "echo", "ember", "fable", "fjord", "forum",
        "harbour",
        "horizon", "indigo", "island", "juniper", "keystone", "lantern", "ledger", "lumen", "maple",
        "meridian",
        "mosaic", "nimbus", "nocturne", "northern", "octave", "onyx", "opal", "orbit", "overture", "pacific",
        "parallel", "prism", "quartz", "refrain", "release", "river", "saffron", "sonata", "summit", "tempo",
        "tide", "verse", "violet", "willow", "zenith", "Ñandú", "Ödland", "東雲", "Ἀθήνα",
    ]
    static let forms = [
        "Records", "Music", "Studios", "Publishing", "Media", "Pictures", "GmbH & Co.", "S.A.", "株式会社",
    ]
    static let firstNames = [
        "Eleni", "Giorgos", "Maya", "Tomás", "Noor", "Freya", "Jun", "Lucía", "Kwame", "Søren", "Zoë",
        "Mateo",
        "Aiko", "Dmitri", "Amara", "Björn",
    ]
    static let lastNames = [
        "Papadaki", "Andersen", "Okafor", "Moreau", "Nakamura", "Lindqvist", "O'Neill", "Castellanos", "Weiß",
        "Kowalczyk", "Haddad", "Petrova", "Silva", "Bergström", "Chandra", "Doyle",
    ]
    static let cities = [
        ("Athens", "Attica", "Greece"), ("Berlin", "Berlin", "Germany"),
        ("London", "London", "United Kingdom"),
        ("Los Angeles", "California", "United States"), ("Nashville", "Tennessee", "United States"),
        ("Tokyo", "Tokyo", "Japan"), ("São Paulo", "São Paulo", "Brazil"), ("Malmö", "Skåne", "Sweden"),
        ("Paris", "Île-de-France", "France"), ("Zürich", "Zürich", "Switzerland"),
    ]
    static let origins = [
        "com/salesforce/api/rest/62.0;client=SfdcInternalAPI/",
        "com/salesforce/api/soap/61.0;client=DataLoader/",
        "com/salesforce/api/bulkapi/62.0", "",
    ]
}
