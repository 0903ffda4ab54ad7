#pragma once

#include <complex>
#include <vector>

namespace tarn::apps::pde {

/// The eigenvalues of a large matrix: Householder's reflections make it a Hessenberg matrix, of which the QR algorithm
/// with Wilkinson's shifts takes one eigenvalue after the other; of the order of rows^3 operations in all. (G. H. Golub
/// and C. F. Van Loan, Matrix Computations, 4th edition, Johns Hopkins 2013, sections 7.4 and 7.5.)
/// @param matrix  of so many rows, one behind the other, all finite
std::vector<std::complex<double>> eigenvalues_by_hessenberg(std::vector<std::complex<double>> matrix, int rows);

}  // namespace tarn::apps::pde
