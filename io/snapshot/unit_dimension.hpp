#pragma once

#include <string>
#include <vector>

namespace tarn::io {

/// The powers of length, mass, time, electric current, temperature, amount of substance and luminous intensity in a
/// unit, as openPMD's `unitDimension` has them. Units are products and quotients of m kg s A K degC mol cd N Pa J W Hz
/// with whole powers, such as "kg/m^3", "m s^-1" or "J/(kg K)"; of any other text, and of none, all powers are 0.
std::vector<double> unit_dimension(const std::string& unit);

}  // namespace tarn::io
