/// Command lines for systems: sweeps, plans, results, pictures and comparisons without a program for each. The program `kobie`
/// has that of kobie's models; a program of one's own has one for its systems in a line.
export module kobie.command_line;

export import :catalog;
export import :integration;
export import :main;
import :arguments;
import :commands;
import :driver_text;
import :interrupt;
import :progress;
import :sweep_text;
