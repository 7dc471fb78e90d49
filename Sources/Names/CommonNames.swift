/// Names by how common they are, against which spelled names are held.
///
/// They stand in a target of their own, because the compiler takes half a minute for the list.
package enum CommonNames {
    /// The 24,000 commonest family and first names of the United States in 1990, in lower case, as UTF-8: in each line the
    /// binary logarithm of how many bear them in a million, then those names, with spaces between.
    package static var lines: [UInt8] { PackageResources.common_names_txt }
}
